/** The part of GitHub's REST API for updating issues and comments, and for reading a run. */
import * as v from "valibot";
import { Failure, type Fix, sentence } from "../../lib/errors/failure";
import { fullStop } from "../../lib/errors/text";
import { sendJson } from "../../lib/http/json";
import { countPages } from "../../lib/http/limits";
import { pipelineOf } from "../../lib/http/policies";
import { UsageError } from "../terminal/exit-code";
import { keeping, nextRun, type Purpose, unchanged } from "./purpose";

/** The API is https://api.github.com, or that of an enterprise's own server; the repository is owner/name. */
type GitHubAccess = Readonly<Record<"api" | "repository" | "token", string>>;

const tokenNeeded = ({ permission }: Purpose): string =>
  `GITHUB_TOKEN (in a workflow: env GITHUB_TOKEN with the value of github.token, and permissions: ${permission})`;

/** From variables that the runner of a workflow sets. @throws UsageError with what is missing */
function gitHubAccess(environment: NodeJS.ProcessEnv, purpose: Purpose): GitHubAccess {
  const { GITHUB_TOKEN: token = "", GITHUB_REPOSITORY: repository = "", GITHUB_API_URL } = environment;
  const api = GITHUB_API_URL || "https://api.github.com"; // eslint-disable-line @typescript-eslint/prefer-nullish-coalescing -- "" is unset
  const missing = [
    token === "" ? tokenNeeded(purpose) : "",
    /^[\w.-]+\/[\w.-]+$/u.test(repository) ? "" : `GITHUB_REPOSITORY as owner/name (found: "${repository}")`,
  ].filter((line) => line !== "");
  if (missing.length > 0) throw new UsageError(`--report-to github needs ${missing.join(" and ")}.`);
  const url = URL.canParse(api) ? new URL(api) : undefined;
  if (url?.protocol !== "https:" && url?.hostname !== "127.0.0.1") {
    throw new UsageError(`GITHUB_API_URL is "${api}": the token goes nowhere but to an https address.`);
  }
  return { api: api.replace(/\/+$/u, ""), repository, token };
}

const pageSize = 100;

export class GitHub {
  readonly #pipeline = pipelineOf(keeping);
  readonly #access: GitHubAccess;

  /** @throws UsageError without a repository or token */
  constructor(
    environment: NodeJS.ProcessEnv,
    private readonly purpose: Purpose,
  ) {
    this.#access = gitHubAccess(environment, purpose);
  }

  /** All elements of a paged list. @param path with a query @param read returns the elements of one page's response */
  async list<Schema extends v.GenericSchema, Element>(
    path: string,
    schema: Schema,
    read: (answer: v.InferOutput<Schema>) => Element[],
  ): Promise<Element[]> {
    const found: Element[] = [];
    const next = countPages(new URL(this.#access.api).origin, "GitHub");
    for (let page = 1; ; page++) {
      next();
      const elements = read(await this.ask("GET", `${path}&per_page=${pageSize}&page=${page}`, schema));
      found.push(...elements);
      if (elements.length < pageSize) return found;
    }
  }

  /** @param path below /repos/<owner>/<name> */
  async ask<Schema extends v.GenericSchema>(
    method: "GET" | "PATCH" | "POST",
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<v.InferOutput<Schema>> {
    const { api, repository, token } = this.#access;
    const answer = await sendJson(this.#pipeline, {
      service: "GitHub",
      method,
      url: `${api}/repos/${repository}${path}`,
      headers: {
        Accept: "application/vnd.github+json",
        Authorization: `Bearer ${token}`,
        "X-GitHub-Api-Version": "2022-11-28",
      },
      body,
      fixes: [unchanged(this.purpose)],
    });
    const { status } = answer;
    if (status < 300) return answer.as(schema);
    const said = fullStop(`${status} ${answer.as(refusal).message}`.trim());
    const what = `GitHub refused ${method} ${path.split("?", 1)[0] ?? path} of ${repository}: ${said}`;
    throw new Failure("github-refused", what, fixOf(status, this.purpose));
  }
}

const refusal = v.fallback(v.object({ message: v.optional(v.string(), "") }), { message: "" });

function fixOf(status: number, purpose: Purpose): Fix {
  const { permission } = purpose;
  switch (status) {
    case 401:
      return sentence("GITHUB_TOKEN is not one of this GitHub, or has expired.");
    case 403:
      return sentence(`The token needs the permission ${permission}.`);
    case 404:
      return sentence(
        `GITHUB_REPOSITORY names no repository that the token may see; it needs the permission ${permission}.`,
      );
    case 410:
      return sentence("Issues are disabled in this repository: Settings, Features, Issues.");
    default:
      return nextRun(purpose);
  }
}
