/** JSON over Azure's control planes (Microsoft Graph, Resource Manager) as this process's own identity: never as the created application. */
import type { TokenCredential } from "@azure/identity";
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
} from "@azure/core-rest-pipeline";
import { credentialError } from "./credential-error";

/** What a service refused: its status, its own code and words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    /** HTTP status; undefined when there was no answer. */
    readonly status: number | undefined,
    /** The service's code, e.g. Request_ResourceNotFound; "" when it gave none. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

interface ErrorBody {
  error?: { code?: string; message?: string };
}

interface Page<T> {
  value?: T[];
  nextLink?: string;
  "@odata.nextLink"?: string;
}

const timeoutMilliseconds = 30_000;

/** One service at one origin. Throttling and outages (408, 429, 5xx) are tried again, as the service asks for. */
export class AzureApi {
  readonly #pipeline = createPipelineFromOptions({
    redirectOptions: { maxRetries: 0 },
    // Three attempts within two seconds where the service names no time of its own.
    retryOptions: { retryDelayInMs: 300 },
  });
  readonly #client = createDefaultHttpClient();

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
          throw credentialError(`Signing in to ${service}`, "it", error);
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
    const request = createPipelineRequest({
      method,
      url: `${this.origin}${path}`,
      headers: createHttpHeaders({
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      }),
      timeout: timeoutMilliseconds,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const what = `${method} ${path.split("?", 1)[0] ?? path}`;
    const response = await this.#pipeline.sendRequest(this.#client, request).catch((error: unknown) => {
      if ((error as Error).name !== "RestError") throw error;
      const why = (error as { code?: string }).code ?? (error as Error).message;
      throw new ApiError(
        undefined,
        "",
        `${this.service} (${this.origin}) cannot be reached: ${why}. Check the network and the proxy.`,
      );
    });
    const answer = parsed(response.bodyAsText);
    if (response.status < 300) return answer;
    const { code = "", message = "" } = (answer as ErrorBody | undefined)?.error ?? {};
    const said = [response.status, code].join(" ").trim() + (message === "" ? "" : `: ${message}`);
    throw new ApiError(response.status, code, `${this.service} refused ${what}: ${said}`);
  }
}

/** Undefined for no body, or one that is not JSON, such as a proxy's page. */
function parsed(text: string | null | undefined): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
