/** JSON of Microsoft Graph and Resource Manager, with this process's identity, never the application's. */
import type { TokenCredential } from "@azure/identity";
import { bearerTokenAuthenticationPolicy, type HttpMethods } from "@azure/core-rest-pipeline";
import * as v from "valibot";
import { az, Failure, type Fix, type Parts, run } from "../errors/failure";
import { fullStop } from "../errors/text";
import { type JsonAnswer, sendJson } from "../http/json";
import { countPages } from "../http/limits";
import { defaultRetries, pipelineOf } from "../http/policies";
import { addressAt, linkAt } from "../http/same-origin";
import { optionalText } from "./shapes";
import { CredentialError, credentialError } from "./credential-error";

const words = v.optional(v.string(), "");
const none = { error: { code: "", message: "" } };
/** The body of a refusal may come from another server, such as a proxy. */
const refusal = v.fallback(v.object({ error: v.object({ code: words, message: words }) }), none);

/** The shape of an answer that is not read, and may have no body. */
export const unread = v.unknown();

/** The shape of an answer that only shows whether something exists. */
export const anything = v.looseObject({});

type Shape<T> = v.GenericSchema<unknown, T>;

export class ApiError extends Failure {
  /** Whether an earlier attempt at this request, whose answer was lost, may have been processed. */
  mayBeDone = false;

  constructor(
    readonly status: number,
    /** The service's code, e.g. Request_ResourceNotFound; "" when it gave none. */
    readonly serviceCode: string,
    said: Parts | string,
    ...more: readonly Fix[]
  ) {
    super("service-refused", said, ...more);
  }
}

/** Whether certainly nothing was changed. A lost response or a server error may hide a change. */
export function isRefused(error: unknown): boolean {
  if (error instanceof CredentialError) return true;
  return error instanceof ApiError && error.status < 500 && error.status !== 408 && !error.mayBeDone;
}

/** A result in place of a refusal with one of these statuses. */
export const onStatus =
  <T>(instead: T, ...statuses: readonly number[]) =>
  (error: unknown): T => {
    if (error instanceof ApiError && statuses.includes(error.status)) return instead;
    throw error;
  };

/** The code of a 404: which part of the path does not exist. */
export function absent(error: unknown): string {
  if (error instanceof ApiError && error.status === 404) return error.serviceCode;
  throw error;
}

/** One service at one origin. Throttling and outages (408, 429, 5xx) are retried, after Retry-After. */
export class AzureApi {
  readonly #pipeline = pipelineOf(defaultRetries);

  /** @param service "Microsoft Graph", for errors @param origin also the audience of its tokens */
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

  /** @param path with its version: /v1.0/applications/<id> @throws ApiError, HttpFailure, CredentialError */
  async get<T>(path: string, shape: Shape<T>): Promise<T> {
    return (await this.#send("GET", path)).as(shape);
  }

  async find<T>(path: string, shape: Shape<T>): Promise<T | undefined> {
    return await this.get(path, shape).catch(onStatus(undefined, 404));
  }

  async list<T>(path: string, shape: Shape<T>): Promise<T[]> {
    const listPage = v.object({ value: v.array(shape), nextLink: optionalText, "@odata.nextLink": optionalText });
    const entries: T[] = [];
    const page = countPages(this.origin, this.service);
    for (let next = path; ;) {
      page();
      const listing: v.InferOutput<typeof listPage> = (await this.#send("GET", next)).as(listPage);
      entries.push(...listing.value);
      const link = listing["@odata.nextLink"] ?? listing.nextLink;
      if (!link) return entries;
      const { pathname, search } = linkAt(this.origin, link, this.service);
      next = pathname + search;
    }
  }

  async post<T>(path: string, body: object, shape: Shape<T>): Promise<T> {
    return (await this.#send("POST", path, body)).as(shape);
  }

  async put(path: string, body: object): Promise<void> {
    await this.#send("PUT", path, body);
  }

  async patch(path: string, body: object): Promise<void> {
    await this.#send("PATCH", path, body);
  }

  async delete(path: string): Promise<void> {
    await this.#send("DELETE", path);
  }

  async #send(method: HttpMethods, path: string, body?: object): Promise<JsonAnswer> {
    const what = `${method} ${path.split("?", 1)[0] ?? path}`;
    const url = addressAt(this.origin, path, this.service);
    const answer = await sendJson(this.#pipeline, { service: this.service, method, url, body });
    const { status, mayBeDone } = answer;
    if (status < 300) return answer;
    const { code, message } = answer.as(refusal).error;
    const said = [status, code].join(" ").trim() + (message === "" ? "" : `: ${message}`);
    const text = `${this.service} refused ${what}: ${fullStop(said)}`;
    throw Object.assign(new ApiError(status, code, text, ...registrationFor(code, path)), { mayBeDone });
  }
}

/** The code of a subscription that never had such a resource: every request fails with it, reads too. */
const missingRegistration = "MissingSubscriptionRegistration";

/** The empty answer of an unregistered namespace: azure-native registers it with the first resource. */
export function unregistered(error: unknown): undefined {
  if (!(error instanceof ApiError) || error.serviceCode !== missingRegistration) throw error;
}

/** The fix that registers the namespace of a path; az waits for the end. */
function registrationFor(code: string, path: string): Fix[] {
  if (code !== missingRegistration) return [];
  const [, subscription = "<subscription id>"] = /^\/subscriptions\/([^/?]+)/u.exec(path) ?? [];
  const [, namespace = "Microsoft.KeyVault"] = /.*\/providers\/([^/?]+)/u.exec(path) ?? [];
  const register = ["--namespace", namespace, "--subscription", subscription, "--wait"];
  return [run("Register it, once for the subscription", az("provider", "register", ...register))];
}
