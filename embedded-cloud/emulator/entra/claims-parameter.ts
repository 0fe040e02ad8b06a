import { NotServedError, refuse } from "./errors";

/**
 * A request's `claims` (OpenID Connect Core 1.0, 5.5), as it came. Claims that may be left out are, and so is `xms_cc`, by which Azure's SDKs
 * say what they are capable of.
 *
 * @throws EntraError 9002313 for what is no JSON; NotServedError for a claim that is essential
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
