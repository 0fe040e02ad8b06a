/** A Graph with the recording's responses, in the recording's order, which records its requests. */
import { fields, isValues, type Value, type Values } from "../../providers/base/values";
import { recordedExchanges, exchangesOf, type Exchange } from "./recorded-calls";

export interface Asked {
  method: string;
  path: string;
  body: Value;
}

const recordedHost = "127.0.0.1:8443";
const caller = "33333333-3333-3333-3333-333333333333";
export const signIn = {
  metadataHost: recordedHost,
  tenantId: "11111111-1111-1111-1111-111111111111",
  clientId: "22222222-2222-2222-2222-222222222222",
  clientSecret: "<client-secret>",
};

const part = (claims: Values): string => Buffer.from(JSON.stringify(claims)).toString("base64url");
const token = [part({ alg: "none" }), part({ oid: caller }), ""].join(".");

export class ReplayedGraph {
  readonly asked: Asked[] = [];
  /** Seconds in refusals with status 429: headers are not in the recording. */
  retryAfter: number | undefined;
  private waiting: Exchange[] = [];

  /** Uses these responses from now on. */
  play(exchanges: readonly Exchange[]): void {
    this.waiting = [...exchanges];
    this.asked.length = 0;
  }

  playSignIn(): void {
    this.play(exchangesOf("s1-create", "provider Configure"));
  }

  /** Replaces the global fetch, until mocks are restored. */
  replaceFetch(): void {
    jest
      .spyOn(globalThis, "fetch")
      .mockImplementation((input, init = {}) =>
        this.answer(input instanceof Request ? input.url : input.toString(), init),
      );
  }

  private answer(url: string, init: RequestInit): Promise<Response> {
    const { host, pathname, search } = new URL(url);
    const path = pathname + search;
    const method = init.method ?? "GET";
    const body = bodyOf(init.body);
    this.asked.push({ method, path, body });
    const next = this.waiting.shift();
    if (next === undefined) throw new Error(`asked for more than was recorded: ${method} ${path}`);
    if (host !== recordedHost) throw new Error(`asked another host: ${host}`);
    const headers: Record<string, string> =
      next.status === 429 && this.retryAfter ? { "retry-after": String(this.retryAfter) } : {};
    return Promise.resolve(new Response(replyOf(next), { status: next.status, headers }));
  }
}

function bodyOf(body: RequestInit["body"]): Value {
  if (body instanceof URLSearchParams) return body.toString();
  return typeof body === "string" ? (JSON.parse(body) as Value) : null;
}

function replyOf({ status, responseBody, path }: Exchange): string | null {
  if (status === 204) return null;
  const reply = path.endsWith("/token") && status === 200 ? { access_token: token, expires_in: 3599 } : responseBody;
  // In the recorded server's format: one failure's text quotes the body.
  return JSON.stringify(reply).replaceAll('":', '": ').replaceAll(',"', ', "');
}

/**
 * Ordinary responses are omitted from the steps about failures. They are added here: those of the first step, otherwise the smallest
 * possible.
 */
export function completed(exchanges: readonly Exchange[], replies: Readonly<Record<string, Value>> = {}): Exchange[] {
  return exchanges.map((exchange) => {
    const isOmitted = isValues(exchange.responseBody) && "$omitted" in exchange.responseBody;
    return isOmitted ? { ...exchange, responseBody: omitted(exchange, exchanges, replies) } : exchange;
  });
}

function omitted({ path }: Exchange, exchanges: readonly Exchange[], replies: Readonly<Record<string, Value>>): Value {
  const known =
    replies[path] ?? recordedExchanges.find((one) => one.step === "s1-create" && one.path === path)?.responseBody;
  if (known !== undefined) return known;
  if (/\/owners$|\/members|filter=/.test(path)) return { value: [] };
  const created = exchanges.find(({ method, status }) => method === "POST" && status === 201)?.responseBody;
  return path.includes("select=") ? {} : { ...fields(created), description: null };
}

/** The parts of two requests that must be equal, including the order of sets: random names are replaced. */
export function comparable({ method, path, body }: Asked): Asked {
  return { method, path, body: normal(body) };
}

export const expected = ({ method, path, requestBody }: Exchange): Asked =>
  comparable({ method, path, body: requestBody });

function normal(value: Value): Value {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((name) => [name, normal(value[name] ?? null)]),
    );
  }
  if (typeof value !== "string") return value;
  if (value.startsWith("client_id=")) return decodeURIComponent(value);
  return value.replace(/^TERRAFORM_UPDATE_.*/, "TERRAFORM_UPDATE_…");
}
