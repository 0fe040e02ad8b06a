/** Azure DevOps' REST API (7.1). Not verified against a live organization. */
import { sentence } from "../../lib/errors/failure";
import { secretsMayGoTo } from "../../lib/http/client";
import { UsageError } from "../terminal/exit-code";
import { TrackerClient } from "./client";
import type { Purpose } from "./tracker";

/** Set by the agent, and the token for a step. */
const variables = ["SYSTEM_ACCESSTOKEN", "SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECT"] as const;

/** The missing right after a refused request, by its purpose. */
const rights: Readonly<Record<Purpose["kept"], string>> = {
  issue: "Edit work items in this node (Project settings, Project configuration, Areas)",
  comment: "Contribute to pull requests (Project settings, Repositories, Security)",
};

export class AzureDevOps extends TrackerClient {
  /** Of the project, with a slash at its end. */
  readonly address: string;

  /** @throws UsageError with what is missing */
  constructor(environment: NodeJS.ProcessEnv, purpose: Purpose) {
    const missing = variables.filter((name) => !environment[name]);
    if (missing.length > 0)
      throw new UsageError(
        `--report-to azure-devops needs ${missing.join(" and ")}.`,
        sentence(
          "Azure Pipelines sets them; the token only for a step with env SYSTEM_ACCESSTOKEN: $(System.AccessToken).",
        ),
      );
    const [token = "", collection = "", project = ""] = variables.map((name) => environment[name]);
    if (!secretsMayGoTo(URL.parse(collection)))
      throw new UsageError(`SYSTEM_COLLECTIONURI is "${collection}": the token is sent only to an https address.`);
    const address = `${collection.replace(/\/*$/u, "/")}${encodeURIComponent(project)}/`;
    const otherToken = sentence(
      "SYSTEM_ACCESSTOKEN is not this organization's, or its job is over: use $(System.AccessToken).",
    );
    const lacksRight = sentence(`The project's build service needs the right ${rights[purpose.kept]}.`);
    super(
      {
        service: "Azure DevOps",
        code: "azure-devops-refused",
        url: (path) => `${address}${path}${path.includes("?") ? "&" : "?"}api-version=7.1`,
        headers: {
          Authorization: `Bearer ${token}`,
          // Without this header a refusal is a redirect to a sign-in page.
          "X-TFS-FedAuthRedirect": "Suppress",
        },
        // The answer to an invalid token is a sign-in page with status 203.
        fixes: { 203: otherToken, 401: otherToken, 403: lacksRight, 404: lacksRight },
        of: "",
      },
      purpose,
    );
    this.address = address;
  }
}
