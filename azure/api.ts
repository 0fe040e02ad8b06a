/** JSON over Azure's control planes (Microsoft Graph, Resource Manager) as this process's own identity: never as the created application. */
import type { TokenCredential } from "@azure/identity";
import { bearerTokenAuthenticationPolicy, type HttpMethods } from "@azure/core-rest-pipeline";
import { fullStop } from "../errors/text";
import { ApiError } from "./api-error";
import { credentialError } from "./credential-error";
import { jsonPipeline, sendJson } from "./json";

export { ApiError } from "./api-error";

interface ErrorBody {
  error?: { code?: string; message?: string };
}

interface Page<T> {
  value?: T[];
  nextLink?: string;
  "@odata.nextLink"?: string;
}

/** One service at one origin. Throttling and outages (408, 429, 5xx) are tried again, as the service asks for. */
export class AzureApi {
  readonly #pipeline = jsonPipeline();

  /**
   * @param service how it is called in errors, e.g. "Microsoft Graph"
   * @param origin e.g. https://graph.microsoft.com; the token's audience as well
   */
  constructor(
    readonly service: string,
    readonly origin: string,
    credential: TokenCredential,
  ) {
    const named = {
      getToken: async (...parameters: Parameters<TokenCredential["getToken"]>) => {
        try {
          return await credential.getToken(...parameters);
        } catch (error) {
          throw credentialError(`Signing in to ${service}`, undefined, error);
        }
      },
    };
    this.#pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential: named, scopes: `${origin}/.default` }));
  }

  /**
   * @param path with its version, e.g. /v1.0/applications/<id>
   * @throws ApiError, CredentialError
   */
  async get<T>(path: string): Promise<T> {
    return (await this.#send("GET", path)) as T;
  }

  /** Undefined when there is no such thing (404). */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Every entry of a list, over all its pages. */
  async list<T>(path: string): Promise<T[]> {
    const entries: T[] = [];
    for (let next: string | undefined = path; next !== undefined;) {
      const page: Page<T> = await this.get(next);
      entries.push(...(page.value ?? []));
      const link: string | undefined = page["@odata.nextLink"] ?? page.nextLink;
      // Only path and query are taken: the token goes nowhere but to this origin.
      next = link === undefined ? undefined : link.slice(new URL(link).origin.length);
    }
    return entries;
  }

  async post<T>(path: string, body: object): Promise<T> {
    return (await this.#send("POST", path, body)) as T;
  }

  async patch(path: string, body: object): Promise<void> {
    await this.#send("PATCH", path, body);
  }

  async delete(path: string): Promise<void> {
    await this.#send("DELETE", path);
  }

  async #send(method: HttpMethods, path: string, body?: object): Promise<unknown> {
    const what = `${method} ${path.split("?", 1)[0] ?? path}`;
    const response = await sendJson(this.#pipeline, { service: this.service, origin: this.origin, method, path, body });
    const answer = response.body;
    if (response.status < 300) return answer;
    const { code = "", message = "" } = (answer as ErrorBody | undefined)?.error ?? {};
    const said = [response.status, code].join(" ").trim() + (message === "" ? "" : `: ${message}`);
    throw new ApiError(response.status, code, { what: `${this.service} refused ${what}: ${fullStop(said)}` });
  }
}
