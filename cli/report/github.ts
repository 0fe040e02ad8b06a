/** GitHub's REST API. */
import type * as v from "valibot";
import { sentence } from "../../lib/errors/failure";
import { secretsMayGoTo } from "../../lib/http/client";
import { countPages } from "../../lib/http/limits";
import { UsageError } from "../terminal/exit-code";
import { TrackerClient } from "./client";
import type { Purpose } from "./tracker";

const pageSize = 100;

export class GitHub extends TrackerClient {
  readonly #origin: string;

  /** @param environment of a workflow's job @throws UsageError without a repository or token */
  constructor(environment: NodeJS.ProcessEnv, purpose: Purpose) {
    const { permission } = purpose;
    const { GITHUB_TOKEN: token = "", GITHUB_REPOSITORY: repository = "", GITHUB_API_URL } = environment;
    // That of an enterprise's own server.
    const api = GITHUB_API_URL || "https://api.github.com"; // eslint-disable-line @typescript-eslint/prefer-nullish-coalescing -- "" is unset
    const missing = [
      token === ""
        ? `GITHUB_TOKEN (in a workflow: env GITHUB_TOKEN with the value of github.token, and permissions: ${permission})`
        : "",
      /^[\w.-]+\/[\w.-]+$/u.test(repository) ? "" : `GITHUB_REPOSITORY as owner/name (found: "${repository}")`,
    ].filter((line) => line !== "");
    if (missing.length > 0) throw new UsageError(`--report-to github needs ${missing.join(" and ")}.`);
    const url = URL.parse(api);
    if (!secretsMayGoTo(url))
      throw new UsageError(`GITHUB_API_URL is "${api}": the token is sent only to an https address.`);
    const address = `${api.replace(/\/+$/u, "")}/repos/${repository}`;
    super(
      {
        service: "GitHub",
        code: "github-refused",
        url: (path) => address + path,
        headers: {
          Accept: "application/vnd.github+json",
          Authorization: `Bearer ${token}`,
          "X-GitHub-Api-Version": "2022-11-28",
        },
        fixes: {
          401: sentence("GITHUB_TOKEN is not one of this GitHub, or has expired."),
          403: sentence(`The token needs the permission ${permission}.`),
          404: sentence(
            `GITHUB_REPOSITORY names no repository that the token may see; it needs the permission ${permission}.`,
          ),
          410: sentence("Issues are disabled in this repository: Settings, Features, Issues."),
        },
        of: ` of ${repository}`,
      },
      purpose,
    );
    this.#origin = url.origin;
  }

  /** All elements of a paged list. @param path with a query @param read returns those of one page */
  async list<Schema extends v.GenericSchema, Element>(
    path: string,
    schema: Schema,
    read: (answer: v.InferOutput<Schema>) => Element[],
  ): Promise<Element[]> {
    const found: Element[] = [];
    const next = countPages(this.#origin, "GitHub");
    for (let page = 1; ; page++) {
      next();
      const elements = read(await this.ask("GET", `${path}&per_page=${pageSize}&page=${page}`, schema));
      found.push(...elements);
      if (elements.length < pageSize) return found;
    }
  }
}
