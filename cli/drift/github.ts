/** As much of GitHub's REST API as keeping an issue takes. */
import { setTimeout as pause } from "node:timers/promises";
import { UsageError } from "../exit-code";

export interface GitHubAccess {
  /** https://api.github.com, or that of an enterprise's own server. */
  api: string;
  /** owner/name. */
  repository: string;
  token: string;
}

const tokenNeeded =
  "GITHUB_TOKEN (in a workflow: env GITHUB_TOKEN with the value of github.token, and permissions: issues: write)";

/**
 * What the runner of a workflow sets.
 * @throws UsageError naming what is missing
 */
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

const timeoutMilliseconds = 30_000;
/** A wait that GitHub asks for is kept when it is shorter; a job should not sleep through an hour's limit. */
const longestWaitSeconds = 60;
const attempts = 3;

export class GitHub {
  constructor(private readonly access: GitHubAccess) {}

  async get<T>(path: string): Promise<T> {
    return (await this.#send("GET", path)) as T;
  }

  /** Tried again like the others: asking twice for the same change is one change. */
  async patch<T>(path: string, body: object): Promise<T> {
    return (await this.#send("PATCH", path, body)) as T;
  }

  /** Never tried again unless GitHub said that it did nothing: a second post may be a second issue. */
  async post<T>(path: string, body: object): Promise<T> {
    return (await this.#send("POST", path, body)) as T;
  }

  /** @param path below /repos/<owner>/<name> */
  async #send(method: "GET" | "PATCH" | "POST", path: string, body?: object): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#once(method, path, body);
      if (response.ok) return await response.json();
      const wait = waitSeconds(response, attempt);
      const repeatable = isLimit(response) || (response.status >= 500 && method !== "POST");
      if (!repeatable || attempt === attempts || wait > longestWaitSeconds)
        throw await this.#refusal(method, path, response);
      await response.body?.cancel();
      await pause(wait * 1000);
    }
  }

  async #once(method: string, path: string, body: object | undefined): Promise<Response> {
    const { api, repository, token } = this.access;
    try {
      return await fetch(`${api}/repos/${repository}${path}`, {
        method,
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${token}`,
          "x-github-api-version": "2022-11-28",
          "user-agent": "secure-app-model",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMilliseconds),
      });
    } catch (error) {
      // fetch hides the reason in `cause`.
      const { cause, message } = error as { cause?: { message?: string }; message: string };
      throw new Error(
        `GitHub (${api}) cannot be reached: ${cause?.message ?? message}. The issue is as it was before.`,
      );
    }
  }

  async #refusal(method: string, path: string, response: Response): Promise<Error> {
    const { message = "" } = (await response.json().catch(() => ({}))) as { message?: string };
    const said = `${response.status} ${message}`.trim();
    return new Error(
      `GitHub refused ${method} ${path.split("?", 1)[0] ?? path} of ${this.access.repository}: ${said}. ${fixOf(response)}`,
    );
  }
}

/** GitHub answers 403 as well as 429 to too many requests. */
function isLimit({ status, headers }: Response): boolean {
  return (
    status === 429 || (status === 403 && (headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0"))
  );
}

function waitSeconds({ headers }: Response, attempt: number): number {
  const asked = Number(headers.get("retry-after") ?? NaN);
  if (Number.isFinite(asked)) return asked;
  const reset = headers.get("x-ratelimit-remaining") === "0" ? Number(headers.get("x-ratelimit-reset")) : NaN;
  return Number.isFinite(reset) ? Math.max(1, reset - Date.now() / 1000) : 2 ** (attempt - 1);
}

function fixOf(response: Response): string {
  if (isLimit(response)) {
    const reset = Number(response.headers.get("x-ratelimit-reset") ?? NaN);
    const until = Number.isFinite(reset) ? ` until ${new Date(reset * 1000).toISOString()}` : "";
    return `Its rate limit is used up${until}; the next run will update the issue.`;
  }
  const fixes: Record<number, string> = {
    401: "GITHUB_TOKEN is not one of this GitHub, or has expired.",
    403: "The token needs the permission issues: write.",
    404: "GITHUB_REPOSITORY names no repository that the token may see; it needs the permission issues: write.",
    410: "Issues are switched off in this repository: Settings, Features, Issues.",
  };
  return fixes[response.status] ?? "The next run will update the issue.";
}
