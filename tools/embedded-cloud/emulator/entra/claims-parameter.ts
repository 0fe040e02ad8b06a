import { NotServedError, refuse } from "./errors";

/**
 * Checks a request's `claims` (OpenID Connect Core 1.0, 5.5). Voluntary claims are ignored, and so is
 * `xms_cc`, with which Azure's SDKs announce their capabilities.
 *
 * @throws EntraError 9002313 for a text that is not JSON; NotServedError for an essential claim
 */
export function refuseClaims(text: string | undefined): void {
  if (text === undefined) return;
  const claims = valuesOf(parsed(text)).flatMap(valuesOf);
  if (claims.some((claim) => isEssential(claim))) throw new NotServedError(`the claims ${text}`);
}

const valuesOf = (value: unknown): unknown[] =>
  typeof value === "object" && value !== null ? Object.values(value) : [];

const isEssential = (claim: unknown): boolean =>
  typeof claim === "object" && claim !== null && "essential" in claim && claim.essential === true;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(9002313);
  }
}
