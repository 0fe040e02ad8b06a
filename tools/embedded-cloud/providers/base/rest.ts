/** A client for Microsoft's REST interfaces: bearer token, JSON, recorded retries, the service's errors. */
import { STATUS_CODES } from "node:http";
import { fields, text, type Value, type Values } from "./values";

/** Waits; rejects when the engine cancels the plugin. Milliseconds. */
export type Sleep = (milliseconds: number) => Promise<void>;

/** Statuses of temporary failures. */
const passing = new Set([408, 429, 500, 502, 503, 504]);
/** Longest pause between two attempts, in seconds; recorded: 1, 2, 4, 8, 16, 32, 61. */
const longestPause = 61;
/** Seconds of pauses after which a request is not repeated; the recorded plugin allows 5 to 15 minutes. */
const patience = 300;

/** Seconds before each further attempt of azuread's where no answer came. */
const afterNone = [1, 2, 4, 8, 16, 32, longestPause];

/** A refusal: the service responded with an error status. */
export class RestError extends Error {
  override readonly name = "RestError";
  constructor(
    readonly status: number,
    /** The service's error code, empty when the body has none. */
    readonly code: string,
    /** The service's own text. */
    readonly reason: string,
  ) {
    super(`unexpected status ${status} (${status} ${STATUS_CODES[status] ?? ""}) with error: ${code}: ${reason}`);
  }
}

/** No answer came, in the words of Go's client. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  constructor(method: string, url: string) {
    super(`${method.charAt(0)}${method.slice(1).toLowerCase()} "${url}": EOF`);
  }
}

/** `fetch`, whose failure to connect is a {@link ConnectionError}. */
export async function connect(url: string, request: RequestInit & { method: string }): Promise<Response> {
  return await fetch(url, request).catch((error: unknown) => {
    throw (error as Error).name === "TypeError" ? new ConnectionError(request.method, url) : error;
  });
}

/** Methods that go-azure-sdk repeats without a response (Execute and IsIdempotent in its sdk/client). */
const idempotent = new Set(["GET", "HEAD", "PUT", "DELETE"]);

export const isGone = (error: unknown): boolean => error instanceof RestError && error.status === 404;

export interface RestOptions {
  token: () => Promise<string>;
  headers: Readonly<Record<string, string>>;
  sleep: Sleep;
  /** Gets the requests, without their token, and the answers as they came. */
  debug?: ((message: string) => Promise<void>) | undefined;
  /** Seconds before each further attempt if there is no response or no time in it. Default: as azuread's. */
  pauses?: readonly number[];
}

export interface RestReply {
  status: number;
  headers: Headers;
  body: Values;
}

export class RestClient {
  constructor(private readonly options: RestOptions) {}

  /** @param isPassing refusals that end soon, such as for an object that is not replicated yet */
  async send(
    method: string,
    url: string,
    body?: Values,
    isPassing: (error: RestError) => boolean = () => false,
  ): Promise<RestReply> {
    let waited = 0;
    for (let attempt = 0; ; attempt += 1) {
      const response = await this.connected(method, url, body);
      const said = await response.text();
      await this.options.debug?.(logged(method, url, body, `${response.status}\n\n${said}`));
      const received = fields(parse(said));
      if (response.ok) return { status: response.status, headers: response.headers, body: received };
      const refusal = refusalOf(response.status, received);
      if (!passing.has(response.status) && !isPassing(refusal)) throw refusal;
      const { pauses } = this.options;
      if (waited >= patience || (pauses !== undefined && attempt >= pauses.length)) throw refusal;
      const asked = Number(response.headers.get("retry-after"));
      const pause = asked > 0 ? asked : (pauses?.[attempt] ?? Math.min(2 ** attempt, longestPause));
      waited += pause;
      await this.options.sleep(pause * 1000);
    }
  }

  private async connected(method: string, url: string, body: Values | undefined): Promise<Response> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.once(method, url, body);
      } catch (error) {
        const pause = (this.options.pauses ?? (idempotent.has(method) ? afterNone : []))[attempt];
        if (!(error instanceof ConnectionError) || pause === undefined) throw error;
        await this.options.sleep(pause * 1000);
      }
    }
  }

  private async once(method: string, url: string, body: Values | undefined): Promise<Response> {
    const headers = { ...this.options.headers, authorization: `Bearer ${await this.options.token()}` };
    if (body === undefined) return await connect(url, { method, headers });
    const json = { ...headers, "content-type": "application/json; charset=utf-8" };
    return await connect(url, { method, headers: json, body: JSON.stringify(body) });
  }
}

/** In the words of azuread's provider, which logs whole bodies. */
const logged = (method: string, url: string, body: Values | undefined, answer: string): string =>
  `[DEBUG] Begin AzureAD Request: ===\n${method} ${url}\n\n${body === undefined ? "" : JSON.stringify(body)}\n=== End AzureAD Request\n` +
  `[DEBUG] Begin AzureAD Response for ${method} ${url}: ===\n${answer}\n=== End AzureAD Response`;

function parse(body: string): Value {
  try {
    return body === "" ? {} : (JSON.parse(body) as Value);
  } catch {
    return { error: { code: "", message: body } };
  }
}

function refusalOf(status: number, body: Values): RestError {
  const error = fields(body["error"]);
  return new RestError(status, text(error["code"]), text(error["message"]));
}
