/** As much of GitHub's REST API as keeping an issue takes. */
import * as v from "valibot";
import { again, Failure, type Fix, run, sentence } from "../../errors/failure";
import { fullStop } from "../../errors/text";
import { sendJson } from "../../http/json";
import { pipelineOf } from "../../http/policies";
import { UsageError } from "../exit-code";

/** The API is https://api.github.com, or that of an enterprise's own server; the repository is owner/name. */
type GitHubAccess = Readonly<Record<"api" | "repository" | "token", string>>;

const tokenNeeded =
  "GITHUB_TOKEN (in a workflow: env GITHUB_TOKEN with the value of github.token, and permissions: issues: write)";

/** What the runner of a workflow sets. @throws UsageError naming what is missing */
export function gitHubAccess(environment: NodeJS.ProcessEnv): GitHubAccess {
  const { GITHUB_TOKEN: token = "", GITHUB_REPOSITORY: repository = "", GITHUB_API_URL } = environment;
  const api = GITHUB_API_URL || "https://api.github.com"; // eslint-disable-line @typescript-eslint/prefer-nullish-coalescing -- "" is unset
  const missing = [
    token === "" ? tokenNeeded : "",
    /^[\w.-]+\/[\w.-]+$/u.test(repository) ? "" : `GITHUB_REPOSITORY as owner/name (found: "${repository}")`,
  ].filter((line) => line !== "");
  if (missing.length > 0) throw new UsageError(`--report-to github needs ${missing.join(" and ")}.`);
  const url = URL.canParse(api) ? new URL(api) : undefined;
  if (url?.protocol !== "https:" && url?.hostname !== "127.0.0.1") {
    throw new UsageError(`GITHUB_API_URL is "${api}": the token goes nowhere but to an https address.`);
  }
  return { api: api.replace(/\/+$/u, ""), repository, token };
}

/** @param reportTo as it was asked for @returns whether it was @throws UsageError now, not after the minutes that a look can take */
export function requireTracker(reportTo: string | undefined, environment: NodeJS.ProcessEnv): boolean {
  if (reportTo === undefined) return false;
  if (reportTo === "github") return gitHubAccess(environment).token !== "";
  throw new UsageError(
    `There is no issue tracker "${reportTo}" to report to.`,
    run("Name the one that there is", again("--report-to", "github")),
  );
}

/** A post is never sent again unless GitHub said that it did nothing: a second post may be a second issue. */
const manner = { retries: 2, firstPause: 1000, repeatsPosts: false };

export class GitHub {
  readonly #pipeline = pipelineOf(manner);

  constructor(private readonly access: GitHubAccess) {}

  get origin(): string {
    return new URL(this.access.api).origin;
  }

  /** @param path below /repos/<owner>/<name> */
  async ask<Schema extends v.GenericSchema>(
    method: "GET" | "PATCH" | "POST",
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<v.InferOutput<Schema>> {
    const { api, repository, token } = this.access;
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
      fixes: [unchanged],
    });
    const { status } = answer;
    if (status < 300) return answer.as(schema);
    const said = fullStop(`${status} ${answer.as(refusal).message}`.trim());
    const what = `GitHub refused ${method} ${path.split("?", 1)[0] ?? path} of ${repository}: ${said}`;
    throw new Failure("github-refused", what, fixOf[status] ?? nextRun);
  }
}

const refusal = v.fallback(v.object({ message: v.optional(v.string(), "") }), { message: "" });

const nextRun = sentence("The next run will update the issue.");
const unchanged = sentence("The issue is as it was before; the next run will update it.");
const fixOf: Readonly<Record<number, Fix>> = {
  401: sentence("GITHUB_TOKEN is not one of this GitHub, or has expired."),
  403: sentence("The token needs the permission issues: write."),
  404: sentence("GITHUB_REPOSITORY names no repository that the token may see; it needs the permission issues: write."),
  410: sentence("Issues are disabled in this repository: Settings, Features, Issues."),
};
