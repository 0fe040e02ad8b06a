import type { Clock } from "./context";

/** One processed request, without any credential: no body, no token, no code, no secret. */
export interface LoggedRequest {
  /** Counts up from 1 while the emulator runs. */
  number: number;
  /** By the emulator's clock. */
  at: string;
  /** The cloud whose listener received the request, whatever the request itself contains. */
  cloud: string;
  service: string;
  /** The address of that listener: `127.0.0.1:<port>`. */
  host: string;
  method: string;
  /** Path and query; values of parameters that may not be harmless are replaced by "…". */
  path: string;
  status: number;
  milliseconds: number;
  /** Client id of the application that sent it, if the request contains it. */
  client?: string;
  /** Details that the path does not show: the grant, the resource, the refusal. */
  note?: string;
  /** Id of the fault that replaced the service's response, or delayed it. */
  fault?: string;
}

export interface RequestLog {
  entries(): readonly LoggedRequest[];
  add(entry: Omit<LoggedRequest, "number" | "at">): void;
  /** Adds to the entry of a request in progress. */
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

/** Parameters whose values are useful in a log and are not secret. Every other value is omitted. */
const harmless = new Set([
  ...["api-version", "client_id", "code_challenge_method", "domain_hint", "login_hint", "prompt", "redirect_uri"],
  ...["resource", "response_mode", "response_type", "scope", "seekOperation", "size"],
  ...["$count", "$expand", "$filter", "$orderby", "$search", "$select", "$top"],
]);

/** Path and query of a URL in the form for the log. */
export function redactedPath(url: URL): string {
  const parameters = [...url.searchParams].map(([name, value]) => `${name}=${harmless.has(name) ? value : "…"}`);
  return parameters.length === 0 ? url.pathname : `${url.pathname}?${parameters.join("&")}`;
}

/** The `appid` of a bearer token, read without checking it: only for the log. */
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
