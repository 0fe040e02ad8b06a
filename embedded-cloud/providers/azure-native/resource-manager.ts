/** Azure Resource Manager as the azure-native plugin talks to it. */
import { messageOf } from "../base/errors";
import { RestError, type RestClient, type RestReply, type Sleep } from "../base/rest";
import type { Values } from "../base/values";

/** Who the plugin signed in as, and where its resources go. */
export interface Account {
  tenantId: string;
  clientId: string;
  subscriptionId: string;
  /** Object id of the caller's service principal: a claim of a Graph token, asked for when somebody wants to know. */
  objectId: () => Promise<string>;
}

/** Pause before a long operation is asked again when the service names none, in seconds. */
const pollPause = 1;
/** A long operation is given up after pauses that add up to this many seconds; deleting a resource group takes minutes. */
const patience = 1800;

export class ResourceManager {
  constructor(
    /** Origin, without a trailing slash. */
    private readonly origin: string,
    readonly account: Account,
    private readonly client: RestClient,
    private readonly sleep: Sleep,
  ) {}

  /** Undefined when there is no such resource. */
  async find(id: string, apiVersion: string): Promise<Values | undefined> {
    try {
      return (await this.client.send("GET", this.url(id, apiVersion))).body;
    } catch (error) {
      if (error instanceof RestError && error.status === 404) return undefined;
      throw error;
    }
  }

  async put(id: string, apiVersion: string, body: Values): Promise<Values> {
    return (await this.finished(await this.client.send("PUT", this.url(id, apiVersion), body))).body;
  }

  /** A resource that is gone already counts as deleted. */
  async delete(id: string, apiVersion: string): Promise<void> {
    try {
      await this.finished(await this.client.send("DELETE", this.url(id, apiVersion)));
    } catch (error) {
      if (!(error instanceof RestError && error.status === 404)) throw error;
    }
  }

  /** Follows a long operation to its end. */
  private async finished(reply: RestReply): Promise<RestReply> {
    let current = reply;
    let waited = 0;
    while (current.status === 202) {
      const location = current.headers.get("location");
      if (location === null) return current;
      if (waited >= patience) throw new Error(`the operation at ${location} did not end within ${patience} seconds`);
      const pause = Number(current.headers.get("retry-after") ?? pollPause);
      waited += pause;
      await this.sleep(pause * 1000);
      current = await this.client.send("GET", location);
    }
    return current;
  }

  private url(id: string, apiVersion: string): string {
    return `${this.origin}${id}?api-version=${apiVersion}`;
  }
}

/** The text of a failure, in the real plugin's form for refusals of the service. */
export function explain(error: unknown): string {
  if (!(error instanceof RestError)) return messageOf(error);
  return `Status=${error.status} Code="${error.code}" Message="${error.reason}"`;
}
