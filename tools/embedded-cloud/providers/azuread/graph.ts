/** The recorded plugin's client for Microsoft Graph. */
import { isGone, type RestClient, type RestError, type Sleep } from "../base/rest";
import { fields, items, text, type Values } from "../base/values";
import { Exclusive } from "./exclusive";
import { settled, type Waits } from "./waits";

/** The plugin's identity. */
export interface Caller {
  tenantId: string;
  clientId: string;
  /** Object id of the caller's service principal: the first owner of everything that it creates. */
  objectId: string;
}

export class Graph {
  /** Credentials of one application are changed one at a time, as recorded. */
  readonly credentials = new Exclusive();

  constructor(
    /** Origin, without a trailing slash. */
    readonly origin: string,
    readonly caller: Caller,
    private readonly client: RestClient,
    private readonly sleep: Sleep,
    private readonly waits: Waits,
  ) {}

  async get(path: string): Promise<Values> {
    return (await this.client.send("GET", this.origin + path)).body;
  }

  /** Undefined when there is no such object. */
  async find(path: string): Promise<Values | undefined> {
    try {
      return await this.get(path);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** All objects of a collection, page by page. */
  async list(path: string): Promise<Values[]> {
    const found: Values[] = [];
    let url: string | undefined = this.origin + path;
    while (url !== undefined) {
      const { body }: { body: Values } = await this.client.send("GET", url);
      if (!Array.isArray(body["value"])) throw new Error("model was nil");
      found.push(...items(body["value"]).map(fields));
      url = text(body["@odata.nextLink"]) || undefined;
    }
    return found;
  }

  async post(path: string, body: Values, isPassing?: (error: RestError) => boolean): Promise<Values> {
    return (await this.client.send("POST", this.origin + path, body, isPassing)).body;
  }

  async patch(path: string, body: Values, isPassing?: (error: RestError) => boolean): Promise<void> {
    await this.client.send("PATCH", this.origin + path, body, isPassing);
  }

  async delete(path: string): Promise<void> {
    await this.client.send("DELETE", this.origin + path);
  }

  /** URL of a directory object, in the form of references in bodies. */
  reference(id: string, version = "v1.0"): string {
    return `${this.origin}/${version}/directoryObjects/${id}`;
  }

  /** Waits until a new credential is visible; the recorded plugin requires that five times. */
  async untilCreated(isThere: () => Promise<boolean>): Promise<void> {
    await settled(this.waits.created, isThere, this.sleep);
  }

  /** Waits until a deletion is visible. */
  async untilDeleted(isGone: () => Promise<boolean>): Promise<void> {
    await settled(this.waits.deleted, isGone, this.sleep);
  }
}

/** A query string, encoded as a form: a space is a plus sign. */
export const query = (parameters: Record<string, string>): string => `?${new URLSearchParams(parameters).toString()}`;

export const filter = (property: string, value: string): string =>
  query({ $filter: `${property} eq '${value.replaceAll("'", "''")}'` });
