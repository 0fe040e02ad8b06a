import { randomUUID } from "node:crypto";

/** When a fault applies and what it does. Every given condition must match; a rule without conditions applies to every request. */
export interface FaultRule {
  cloud?: string;
  /** authority, microsoftGraph, resourceManager, partnerCenter, azureAdGraph or keyVault. */
  service?: string;
  method?: string;
  /** Path without query; `*` matches anything, including slashes. */
  path?: string;
  /** Form fields of the request's body; `*` as in `path`. */
  form?: Record<string, string>;
  /** How often it applies before it is used up; 0: always. Default 1. */
  times?: number;
  /** Milliseconds to wait first. Without another effect, the service then responds normally. */
  delay?: number;
  /** Responds with this status instead of the service. */
  status?: number;
  headers?: Record<string, string>;
  /** Text, or a JSON document. */
  body?: unknown;
  /** In `headers` and `body`, `<request>` is replaced with the values of the request's form and its Authorization header. */
  echo?: boolean;
  /**
   * Responds with this Entra error, a known AADSTS number such as 50076, instead of the service. A request for the sign-in or adminconsent
   * page is redirected to the application with it.
   */
  entra?: number;
  /** Closes the connection without a response. "answer": after the service has processed the request. */
  drop?: boolean | "answer";
}

export interface Fault extends FaultRule {
  id: string;
  /** How often it has been applied. */
  struck: number;
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
    const fault = { ...rule, id: randomUUID(), struck: 0 };
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
        if (!(await matches(fault, struck)) || isUsedUp(fault)) continue;
        fault.struck += 1;
        return fault;
      }
      return undefined;
    },
  };
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
