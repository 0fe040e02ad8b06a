import { createHash, randomUUID } from "node:crypto";

/** When a fault applies and what it does. A request has to match every condition of a rule. */
export interface FaultRule {
  cloud?: string;
  /** authority, microsoftGraph, resourceManager, partnerCenter, azureAdGraph or keyVault. */
  service?: string;
  method?: string;
  /** Path without query; `*` matches anything, including slashes. */
  path?: string;
  /** Form fields of the request's body; `*` as in `path`. */
  form?: Record<string, string>;
  /** Applies to one of so many matching requests, at random but the same in each run. Default 1. */
  oneIn?: number;
  /** How often it applies before it is used up; 0: always. Default 1. */
  times?: number;
  /** Milliseconds to wait first. Without another effect, the service then responds normally. */
  delay?: number;
  /** Responds with this status instead of the service. */
  status?: number;
  /** With a status: after the service has processed the request. */
  after?: boolean;
  headers?: Record<string, string>;
  /** Text, or a JSON document. */
  body?: unknown;
  /** Replaces `<request>` in `headers` and `body` with the request's form and Authorization header. */
  echo?: boolean;
  /** Responds with this AADSTS number, such as 50076; a request for a page is redirected with it. */
  entra?: number;
  /** Closes the connection without a response. "answer": after the service has processed the request. */
  drop?: boolean | "answer";
  /** Responds with a fault that passes by itself, each time with the next of {@link passingFaults}. */
  passing?: boolean;
}

/** What a service does that has a fault for a moment, in turn; `entra` is its form at the token endpoint. */
const passingFaults: readonly Pick<FaultRule, "status" | "headers" | "drop" | "after" | "entra">[] = [
  { status: 500 },
  { status: 503, headers: { "Retry-After": "1" } },
  { drop: "answer" },
  { status: 503 },
  { entra: 90033 },
  // A gateway gives up on a service that goes on.
  { status: 504, after: true },
  { drop: true },
];

export interface Fault extends FaultRule {
  id: string;
  /** How often it has been applied. */
  struck: number;
  /** How many requests matched it. */
  seen: number;
}

export interface Faults {
  add(rule: FaultRule): Fault;
  list(): readonly Fault[];
  remove(id: string): boolean;
  clear(): void;
  /** The first fault that applies to this request, counted as used. */
  strike(request: StruckRequest): Promise<Fault | undefined>;
}

export interface StruckRequest {
  cloud: string;
  service: string;
  request: Request;
}

/** @param initial rules that are active from the start; `clear` removes them like rules added later */
export function createFaults(initial: readonly FaultRule[] = []): Faults {
  let faults: Fault[] = [];
  const add = (rule: FaultRule): Fault => {
    const fault = { ...rule, id: randomUUID(), struck: 0, seen: 0 };
    faults.push(fault);
    return fault;
  };
  for (const rule of initial) add(rule);
  return {
    add,
    list: () => faults,
    remove: (id) => {
      const before = faults.length;
      faults = faults.filter((fault) => fault.id !== id);
      return faults.length < before;
    },
    clear: () => {
      faults = [];
    },
    strike: async (struck) => {
      for (const fault of faults) {
        if (!(await matches(fault, struck)) || isUsedUp(fault) || !isDrawn(fault)) continue;
        fault.struck += 1;
        return fault.passing === true ? { ...fault, ...passingAt(fault, struck) } : fault;
      }
      return undefined;
    },
  };
}

/** Drawn by a hash of the request's number: as in a cloud, several in a row may be drawn. */
function isDrawn(fault: Fault): boolean {
  const { oneIn = 1 } = fault;
  const draw = createHash("sha256").update(String(fault.seen++)).digest().readUInt32BE(0);
  return draw % oneIn === 0;
}

/** Only Entra's token endpoint has words of its own for a fault. */
function passingAt({ struck }: Fault, { request }: StruckRequest): (typeof passingFaults)[number] {
  const fault = passingFaults[(struck - 1) % passingFaults.length] ?? {};
  const isEntras = new URL(request.url).pathname.endsWith("/oauth2/v2.0/token");
  return fault.entra !== undefined && !isEntras ? { status: 502 } : fault;
}

const isUsedUp = ({ times = 1, struck }: Fault): boolean => times !== 0 && struck >= times;

async function matches(rule: Fault, { cloud, service, request }: StruckRequest): Promise<boolean> {
  const sameAs = (wanted: string | undefined, found: string) => wanted === undefined || like(wanted, found);
  return (
    sameAs(rule.cloud, cloud) &&
    sameAs(rule.service, service) &&
    sameAs(rule.method?.toUpperCase(), request.method) &&
    sameAs(rule.path, new URL(request.url).pathname) &&
    (rule.form === undefined || (await formMatches(rule.form, request)))
  );
}

async function formMatches(wanted: Record<string, string>, request: Request): Promise<boolean> {
  if (request.method !== "POST") return false;
  const fields = new URLSearchParams(await request.clone().text());
  return Object.entries(wanted).every(([name, pattern]) => like(pattern, fields.get(name) ?? ""));
}

function like(pattern: string, text: string): boolean {
  const expression = pattern
    .split("*")
    .map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${expression}$`, "is").test(text);
}
