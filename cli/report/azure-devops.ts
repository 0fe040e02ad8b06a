/**
 * The part of Azure DevOps' REST API (7.1) for updating work items and comments, and for reading a run. Not verified against a live
 * organization.
 */
import * as v from "valibot";
import { Failure, type Fix, sentence } from "../../lib/errors/failure";
import { fullStop } from "../../lib/errors/text";
import { secretsMayGoTo } from "../../lib/http/client";
import { sendJson } from "../../lib/http/json";
import { pipelineOf } from "../../lib/http/policies";
import { UsageError } from "../terminal/exit-code";
import { keeping, nextRun, type Purpose, unchanged } from "./purpose";

/** Set by the agent, and the token for a step. */
const variables = ["SYSTEM_ACCESSTOKEN", "SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECT"] as const;

/** The missing right after a refused request, by its purpose. */
const rights: Readonly<Record<Purpose["kept"], string>> = {
  issue: "Edit work items in this node (Project settings, Project configuration, Areas)",
  comment: "Contribute to pull requests (Project settings, Repositories, Security)",
};

export class AzureDevOps {
  readonly #pipeline = pipelineOf(keeping);
  readonly #token: string;
  /** Of the project, with a slash at its end. */
  readonly address: string;

  /** @throws UsageError with what is missing */
  constructor(
    environment: NodeJS.ProcessEnv,
    private readonly purpose: Purpose,
  ) {
    const missing = variables.filter((name) => !environment[name]);
    if (missing.length > 0)
      throw new UsageError(
        `--report-to azure-devops needs ${missing.join(" and ")}.`,
        sentence(
          "Azure Pipelines sets them; the token only for a step with env SYSTEM_ACCESSTOKEN: $(System.AccessToken).",
        ),
      );
    const { SYSTEM_ACCESSTOKEN = "", SYSTEM_COLLECTIONURI = "", SYSTEM_TEAMPROJECT = "" } = environment;
    if (!secretsMayGoTo(URL.parse(SYSTEM_COLLECTIONURI)))
      throw new UsageError(
        `SYSTEM_COLLECTIONURI is "${SYSTEM_COLLECTIONURI}": the token goes nowhere but to an https address.`,
      );
    this.#token = SYSTEM_ACCESSTOKEN;
    this.address = `${SYSTEM_COLLECTIONURI.replace(/\/*$/u, "/")}${encodeURIComponent(SYSTEM_TEAMPROJECT)}/`;
  }

  /** @param path below the project, optionally with a query @param body an array is a JSON patch */
  async ask<Schema extends v.GenericSchema>(
    method: "GET" | "PATCH" | "POST",
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<v.InferOutput<Schema>> {
    const answer = await sendJson(this.#pipeline, {
      service: "Azure DevOps",
      method,
      url: `${this.address}${path}${path.includes("?") ? "&" : "?"}api-version=7.1`,
      headers: {
        Authorization: `Bearer ${this.#token}`,
        // Without this header a refusal is a redirect to a sign-in page.
        "X-TFS-FedAuthRedirect": "Suppress",
        ...(Array.isArray(body) && { "Content-Type": "application/json-patch+json" }),
      },
      body,
      fixes: [unchanged(this.purpose)],
    });
    const { status } = answer;
    // The response to an invalid token is a sign-in page with status 203.
    if (status < 300 && status !== 203) return answer.as(schema);
    const said = fullStop(`${status} ${answer.as(refusal).message}`.trim());
    const what = `Azure DevOps refused ${method} ${path.split("?", 1)[0] ?? path}: ${said}`;
    throw new Failure("azure-devops-refused", what, fixOf(status, this.purpose));
  }
}

const refusal = v.fallback(v.object({ message: v.optional(v.string(), "") }), { message: "" });

function fixOf(status: number, purpose: Purpose): Fix {
  if (status === 203 || status === 401)
    return sentence(
      "SYSTEM_ACCESSTOKEN is none of this organization, or its job is over: $(System.AccessToken) has it.",
    );
  if (status === 403 || status === 404)
    return sentence(`The project's build service needs the right ${rights[purpose.kept]}.`);
  return nextRun(purpose);
}
