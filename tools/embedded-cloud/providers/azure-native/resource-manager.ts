/** The azure-native plugin's client for Azure Resource Manager. */
import { messageOf, PartialFailure } from "../base/errors";
import { RestError, type RestClient, type RestReply, type Sleep } from "../base/rest";
import { fields, text, type Values } from "../base/values";

/** The plugin's target, and its identity. */
export interface Account {
  subscriptionId: string;
  /** Of a token for Microsoft Graph, which is requested when it is needed. */
  claims: () => Promise<Values>;
}

/** Codes of a 404 that mean "gone" in a refresh; others make it fail (the real plugin's own list). */
const gone = new Set([
  "NotFound",
  "ResourceNotFound",
  "ResourceGroupNotFound",
  "ParentResourceNotFound",
  "RoleAssignmentNotFound",
  "SubscriptionNotFound",
  "LockNotFound",
  "EntityNotFound",
  "VulnerabilityAssessmentBaselineDoesNotExists",
]);

/** Pauses before a long operation is polled again if the service names no time, in seconds. */
const pauses = { PUT: 10, DELETE: 30 };
/** A long operation is given up after pauses that add up to this many seconds. */
const patience = 7200;
const ended = new Set(["", "succeeded", "failed", "canceled"]);

export class ResourceManager {
  constructor(
    /** Origin, without a trailing slash. */
    private readonly origin: string,
    readonly account: Account,
    private readonly client: RestClient,
    private readonly sleep: Sleep,
  ) {}

  /** Undefined after any 404: for creations and updates. */
  async find(id: string, apiVersion: string): Promise<Values | undefined> {
    return await this.get(id, apiVersion, () => true);
  }

  /** Undefined when the resource no longer exists, by the rules of a refresh. */
  async read(id: string, apiVersion: string): Promise<Values | undefined> {
    return await this.get(id, apiVersion, (code) => gone.has(code));
  }

  private async get(id: string, apiVersion: string, isGone: (code: string) => boolean): Promise<Values | undefined> {
    try {
      return (await this.send("GET", id, apiVersion)).body;
    } catch (error) {
      if (error instanceof RestError && error.status === 404 && isGone(error.code)) return undefined;
      throw error;
    }
  }

  /** Waits for a resource that is accepted but not created yet. */
  async put(id: string, apiVersion: string, body: Values): Promise<Values> {
    let current = (await this.finished("PUT", await this.send("PUT", id, apiVersion, body))).body;
    for (let waited = 0; !ended.has(stateOf(current)); waited += pauses.PUT) {
      if (waited >= patience) throw new Error(`${id} is ${stateOf(current)} after ${patience} seconds`);
      await this.sleep(pauses.PUT * 1000);
      current = (await this.send("GET", id, apiVersion)).body;
    }
    // The request was accepted: what exists of the resource stays in state.
    if (["failed", "canceled"].includes(stateOf(current)))
      throw new PartialFailure(`the operation ended with ${stateOf(current)}`, id, current);
    return current;
  }

  /** A resource that no longer exists counts as deleted. */
  async delete(id: string, apiVersion: string): Promise<void> {
    try {
      await this.finished("DELETE", await this.send("DELETE", id, apiVersion));
    } catch (error) {
      if (!(error instanceof RestError && error.status === 404)) throw error;
    }
  }

  /** Registers the resource provider in the subscription, and sends the request again. */
  private async send(method: string, id: string, apiVersion: string, body?: Values): Promise<RestReply> {
    const url = `${this.origin}${id}?api-version=${apiVersion}`;
    try {
      return await this.client.send(method, url, body, isPassing);
    } catch (error) {
      if (!(error instanceof RestError) || error.code !== "MissingSubscriptionRegistration") throw error;
      await this.register(/.*\/providers\/([^/]+)/.exec(id)?.[1] ?? "");
      return await this.client.send(method, url, body, isPassing);
    }
  }

  private async register(namespace: string): Promise<void> {
    const provider = `${this.origin}/subscriptions/${this.account.subscriptionId}/providers/${namespace}`;
    const version = "?api-version=2016-09-01";
    await this.client.send("POST", `${provider}/register${version}`);
    for (let waited = 0; waited < patience; waited += pauses.PUT) {
      const { body } = await this.client.send("GET", `${provider}${version}`);
      if (text(body["registrationState"]) === "Registered") return;
      await this.sleep(pauses.PUT * 1000);
    }
  }

  /** Polls a long operation until its end. */
  private async finished(method: keyof typeof pauses, reply: RestReply): Promise<RestReply> {
    let current = reply;
    let waited = 0;
    while (current.status === 202) {
      const location = current.headers.get("location");
      if (location === null) return current;
      if (waited >= patience) throw new Error(`the operation at ${location} did not end within ${patience} seconds`);
      const pause = Number(current.headers.get("retry-after") ?? pauses[method]);
      waited += pause;
      await this.sleep(pause * 1000);
      current = await this.client.send("GET", location);
    }
    return current;
  }
}

const stateOf = (resource: Values): string => text(fields(resource["properties"])["provisioningState"]).toLowerCase();

/** The only conflict that is temporary. */
const isPassing = ({ status, code }: RestError): boolean => status === 409 && code === "AnotherOperationInProgress";

/** The text of a failure, in the real plugin's form for refusals of the service. */
export function explain(error: unknown): string {
  if (!(error instanceof RestError)) return messageOf(error);
  return `Status=${error.status} Code="${error.code}" Message="${error.reason}"`;
}
