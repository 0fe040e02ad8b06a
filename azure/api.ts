/** JSON over Azure's control planes (Microsoft Graph, Resource Manager) as this process's own identity: never as the created application. */
import type { TokenCredential } from "@azure/identity";
import { bearerTokenAuthenticationPolicy, type HttpMethods } from "@azure/core-rest-pipeline";
import * as v from "valibot";
import { az, Failure, type Fix, type Parts, run } from "../errors/failure";
import { fullStop } from "../errors/text";
import { type JsonAnswer, sendJson } from "../http/json";
import { countPages } from "../http/pages";
import { patient, pipelineOf } from "../http/policies";
import { linkAt } from "../http/same-origin";
import { CredentialError, credentialError } from "./credential-error";

const words = v.optional(v.string(), "");
const none = { error: { code: "", message: "" } };
/** A refusal may be somebody else's page. */
const refusal = v.fallback(v.object({ error: v.object({ code: words, message: words }) }), none);

const thing = v.looseObject({});
const optionalText = v.optional(v.string());

/** As far as an answer's shape is relied on; other properties stay. */
type Shape = v.GenericSchema<unknown, object>;

/** What a service of a control plane refused: its status, its own code and words. */
export class ApiError extends Failure {
  constructor(
    /** HTTP status. */
    readonly status: number,
    /** The service's code, e.g. Request_ResourceNotFound; "" when it gave none. */
    readonly serviceCode: string,
    said: Parts | string,
    ...more: readonly Fix[]
  ) {
    super("service-refused", said, ...more);
  }
}

/** Whether it is certain that nothing was done. Without an answer, or with that of a server that failed, what was asked for may be there. */
export function isRefused(error: unknown): boolean {
  if (error instanceof CredentialError) return true;
  return error instanceof ApiError && error.status < 500 && error.status !== 408;
}

/** One service at one origin. Throttling and outages (408, 429, 5xx) are tried again, as the service asks for. */
export class AzureApi {
  readonly #pipeline = pipelineOf(patient);

  /** @param service its name in errors: "Microsoft Graph" @param origin e.g. https://graph.microsoft.com; the token's audience as well */
  constructor(
    readonly service: string,
    readonly origin: string,
    credential: TokenCredential,
  ) {
    const named: TokenCredential = {
      getToken: async (...asked) =>
        await credential.getToken(...asked).catch((error: unknown) => {
          throw credentialError(`Signing in to ${service}`, undefined, error);
        }),
    };
    this.#pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential: named, scopes: `${origin}/.default` }));
  }

  /** @param path with its version, e.g. /v1.0/applications/<id> @param shape what of the answer is read @throws ApiError, HttpFailure, CredentialError */
  async get<T>(path: string, shape: Shape = thing): Promise<T> {
    return (await this.#send("GET", path)).as(shape) as T;
  }

  /** Undefined when there is no such thing (404). */
  async find<T>(path: string, shape?: Shape): Promise<T | undefined> {
    try {
      return await this.get<T>(path, shape);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Every entry of a list, over all its pages. */
  async list<T>(path: string, shape: Shape = thing): Promise<T[]> {
    const listPage = v.object({ value: v.array(shape), nextLink: optionalText, "@odata.nextLink": optionalText });
    const entries: T[] = [];
    const page = countPages(this.origin, this.service);
    for (let next = path; ;) {
      page();
      const found: v.InferOutput<typeof listPage> = (await this.#send("GET", next)).as(listPage);
      entries.push(...(found.value as T[]));
      const link = found["@odata.nextLink"] ?? found.nextLink;
      if (link === undefined) return entries;
      const { pathname, search } = linkAt(this.origin, link, this.service);
      next = pathname + search;
    }
  }

  /** @param shape what of the answer is read; default none of it is checked: some have no body */
  async post<T>(path: string, body: object, shape?: Shape): Promise<T> {
    const answer = await this.#send("POST", path, body);
    return (shape === undefined ? answer.body : answer.as(shape)) as T;
  }

  async patch(path: string, body: object): Promise<void> {
    await this.#send("PATCH", path, body);
  }

  async delete(path: string): Promise<void> {
    await this.#send("DELETE", path);
  }

  async #send(method: HttpMethods, path: string, body?: object): Promise<JsonAnswer> {
    const what = `${method} ${path.split("?", 1)[0] ?? path}`;
    const url = `${this.origin}${path}`;
    const answer = await sendJson(this.#pipeline, { service: this.service, method, url, body });
    const { status } = answer;
    if (status < 300) return answer;
    const { code, message } = answer.as(refusal).error;
    const said = [status, code].join(" ").trim() + (message === "" ? "" : `: ${message}`);
    throw new ApiError(
      status,
      code,
      `${this.service} refused ${what}: ${fullStop(said)}`,
      ...registrationFor(code, path),
    );
  }
}

/** A subscription that never had a vault answers so to every request, reads too; az waits until it is registered. */
function registrationFor(code: string, path: string): Fix[] {
  if (code !== "MissingSubscriptionRegistration") return [];
  const [, subscription = "<subscription id>"] = /^\/subscriptions\/([^/?]+)/u.exec(path) ?? [];
  const [, namespace = "Microsoft.KeyVault"] = /.*\/providers\/([^/?]+)/u.exec(path) ?? [];
  const register = ["--namespace", namespace, "--subscription", subscription, "--wait"];
  return [run("Register it, once for the subscription", az("provider", "register", ...register))];
}
