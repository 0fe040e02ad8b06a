import { randomUUID } from "node:crypto";
import type { CloudContext } from "../cloud";
import { catalogue, type AadstsCode, type ErrorRow } from "./error-catalogue";

export { isAadstsCode } from "./error-catalogue";

/** A refusal: JSON at the token endpoint, a page or a redirect at the sign-in endpoint. */
export class EntraError extends Error {
  readonly row: ErrorRow;

  constructor(
    readonly code: AadstsCode,
    /** Values for the text's `{name}`s. */
    readonly details: Readonly<Record<string, string>> = {},
  ) {
    const entry: ErrorRow = catalogue[code];
    super(`AADSTS${code}: ${entry.text.replace(/\{(\w+)\}/g, (_, name: string) => details[name] ?? "…")}`);
    this.row = entry;
  }
}

/** For functions of Entra that this emulator does not have: a 501 that names the function, never a guess. */
export class NotServedError extends Error {
  /** @param what such as "grant type urn:…" */
  constructor(what: string) {
    super(`The embedded cloud does not serve ${what}.`);
  }
}

/** Ends the request with this refusal. */
export function refuse(code: AadstsCode, details: Readonly<Record<string, string>> = {}): never {
  throw new EntraError(code, details);
}

/** What a refusal contains of the cloud that answers. */
export interface Refusing {
  /** Milliseconds. */
  now: number;
  /** Origin. */
  authority: string;
}

export const refusing = ({ clock, origins }: Pick<CloudContext, "clock" | "origins">): Refusing => ({
  now: clock.now(),
  authority: origins.authority,
});

/** The body of Entra's response: the one place that renders a refusal. */
export function errorBody(
  error: EntraError,
  { now, authority }: Refusing,
  correlation?: string,
): Record<string, unknown> {
  const trace = randomUUID();
  const correlationId = correlation ?? randomUUID();
  const { suberror, claim } = error.row;
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace("T", " ")}Z`;
  return {
    error: error.row.error,
    error_description: `${error.message} Trace ID: ${trace} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [error.code],
    timestamp,
    trace_id: trace,
    correlation_id: correlationId,
    error_uri: `${authority}/error?code=${error.code}`,
    ...(suberror === undefined ? {} : { suberror }),
    ...(claim === undefined ? {} : { claims: claimsOf(claim) }),
  };
}

/** The policy that refuses: Conditional Access is not here, so that one stands for all. */
const policy = "0b2f4b3c-5d0e-4d9a-8f6b-3a1c7e9d2f54";

/** What the client passes on to the next sign-in, for the policy that requires it. */
const claimsOf = (claim: string): string =>
  JSON.stringify({ access_token: { [claim]: { essential: true, values: [policy] } } });
