/** GitHub's REST API: requests, and the fixes of refusals. */
import * as v from "valibot";
import { Failure, type Fix, sentence } from "../../lib/errors/failure";
import { fullStop } from "../../lib/errors/text";
import { secretsMayGoTo } from "../../lib/http/client";
import { sendJson } from "../../lib/http/json";
import { countPages } from "../../lib/http/limits";
import { pipelineOf } from "../../lib/http/policies";
import { UsageError } from "../terminal/exit-code";

const pageSize = 100;

const nextRun = sentence("The next run tries again.");

const refusal = v.fallback(v.object({ message: v.optional(v.string(), "") }), { message: "" });

export class GitHub {
  /** Repeats a POST only if GitHub confirmed that it did nothing: otherwise there may be a second issue. */
  readonly #pipeline = pipelineOf({ retries: 2, firstPause: 1000, repeatsPosts: false });
  readonly #address: string;
  readonly #origin: string;
  readonly #headers: Record<string, string>;
  /** Fixes by the status of a refusal. */
  readonly #fixes: Readonly<Record<number, Fix>>;
  readonly #repository: string;

  /** @param environment of a workflow's job @param permission of its token @throws UsageError without a repository or token */
  constructor(environment: NodeJS.ProcessEnv, permission: string) {
    const { GITHUB_TOKEN: token = "", GITHUB_REPOSITORY: repository = "", GITHUB_API_URL } = environment;
    // Set by an enterprise's own server.
    const api = GITHUB_API_URL || "https://api.github.com"; // eslint-disable-line @typescript-eslint/prefer-nullish-coalescing -- "" is unset
    const missing = [
      token === ""
        ? `GITHUB_TOKEN (in a workflow: env GITHUB_TOKEN with the value of github.token, and permissions: ${permission})`
        : "",
      /^[\w.-]+\/[\w.-]+$/u.test(repository) ? "" : `GITHUB_REPOSITORY as owner/name (found: "${repository}")`,
    ].filter((line) => line !== "");
    if (missing.length > 0) throw new UsageError(`Asking GitHub needs ${missing.join(" and ")}.`);
    const url = URL.parse(api);
    if (!secretsMayGoTo(url))
      throw new UsageError(`GITHUB_API_URL is "${api}": the token is sent only to an https address.`);
    this.#address = `${api.replace(/\/+$/u, "")}/repos/${repository}`;
    this.#origin = url.origin;
    this.#repository = repository;
    this.#headers = {
      Accept: "application/vnd.github+json",
      Authorization: `Bearer ${token}`,
      "X-GitHub-Api-Version": "2022-11-28",
    };
    this.#fixes = {
      401: sentence("GITHUB_TOKEN belongs to another GitHub server, or has expired."),
      403: sentence(`The token needs the permission ${permission}.`),
      404: sentence(
        `GITHUB_REPOSITORY names no repository that the token may see; it needs the permission ${permission}.`,
      ),
      410: sentence("Issues are disabled in this repository: Settings, Features, Issues."),
    };
  }

  /** @param path may have a query @throws Failure for a refusal */
  async ask<Schema extends v.GenericSchema>(
    method: "GET" | "PATCH" | "POST",
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<v.InferOutput<Schema>> {
    const answer = await sendJson(this.#pipeline, {
      service: "GitHub",
      method,
      url: this.#address + path,
      headers: this.#headers,
      body,
      fixes: [nextRun],
    });
    const { status } = answer;
    if (status < 300) return answer.as(schema);
    const said = fullStop(`${status} ${answer.as(refusal).message}`.trim());
    const what = `GitHub refused ${method} ${path.split("?", 1)[0] ?? path} of ${this.#repository}: ${said}`;
    throw new Failure("github-refused", what, this.#fixes[status] ?? nextRun);
  }

  /** All elements of a paged list. @param path with a query @param read returns the elements of one page */
  async list<Schema extends v.GenericSchema, Element>(
    path: string,
    schema: Schema,
    read: (answer: v.InferOutput<Schema>) => Element[],
  ): Promise<Element[]> {
    const matching: Element[] = [];
    const next = countPages(this.#origin, "GitHub");
    for (let page = 1; ; page++) {
      next();
      const elements = read(await this.ask("GET", `${path}&per_page=${pageSize}&page=${page}`, schema));
      matching.push(...elements);
      if (elements.length < pageSize) return matching;
    }
  }
}
