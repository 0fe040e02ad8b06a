import type { Clock } from "./context";

/** One answered request, without anything that opens something: no body, no token, no code, no secret. */
export interface LoggedRequest {
  /** Counts up from 1 while the emulator runs. */
  number: number;
  /** By the emulator's clock. */
  at: string;
  /** The cloud whose listener took the request: what the request says of itself plays no part. */
  cloud: string;
  service: string;
  /** Where that listener listens: `127.0.0.1:<port>`. */
  host: string;
  method: string;
  /** Path and query; values of parameters that are not known to be harmless are "…". */
  path: string;
  status: number;
  milliseconds: number;
  /** Client id of the application that asked, where the request says so. */
  client?: string;
  /** What the request was about where the path does not say it: the grant, the resource, the refusal. */
  note?: string;
  /** Id of the fault that answered in the service's place, or delayed it. */
  fault?: string;
}

export interface RequestLog {
  entries(): readonly LoggedRequest[];
  add(entry: Omit<LoggedRequest, "number" | "at">): void;
  /** Adds to the entry of a request that is still being answered. */
  annotate(request: Request, remark: Remark): void;
  remark(request: Request): Remark;
  clear(): void;
}

export type Remark = Pick<LoggedRequest, "client" | "note">;

const kept = 1000;

/** The last 1000 requests, oldest first. */
export function createRequestLog(clock: Clock): RequestLog {
  let entries: LoggedRequest[] = [];
  let number = 0;
  const remarks = new WeakMap<Request, Remark>();
  return {
    entries: () => entries,
    add: (entry) => {
      number += 1;
      entries.push({ number, at: new Date(clock.now()).toISOString(), ...entry });
      if (entries.length > kept) entries = entries.slice(-kept);
    },
    annotate: (request, remark) => {
      remarks.set(request, { ...remarks.get(request), ...remark });
    },
    remark: (request) => remarks.get(request) ?? {},
    clear: () => {
      entries = [];
    },
  };
}

/** Parameters whose values are worth reading in a log and open nothing. Every other value is left out. */
const harmless = new Set([
  ...["api-version", "client_id", "code_challenge_method", "domain_hint", "login_hint", "prompt", "redirect_uri"],
  ...["resource", "response_mode", "response_type", "scope", "seekOperation", "size"],
  ...["$count", "$expand", "$filter", "$orderby", "$search", "$select", "$top"],
]);

/** Path and query of a URL as the log shows them. */
export function redactedPath(url: URL): string {
  const parameters = [...url.searchParams].map(([name, value]) => `${name}=${harmless.has(name) ? value : "…"}`);
  return parameters.length === 0 ? url.pathname : `${url.pathname}?${parameters.join("&")}`;
}

/** The `appid` of a bearer token, read without checking it: for the log alone. */
export function clientOf(authorization: string | null): string | undefined {
  const payload = /^Bearer [^.]+\.([^.]+)\./i.exec(authorization ?? "")?.[1];
  if (payload === undefined) return undefined;
  try {
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as { appid?: unknown } | null;
    return typeof claims?.appid === "string" ? claims.appid : undefined;
  } catch {
    return undefined;
  }
}
