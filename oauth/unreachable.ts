/** An authority that does not answer, as MSAL's errors tell it. MSAL itself is not loaded for it: the program does not need it. */
import { sentence } from "../errors/fix";
import { HttpFailure } from "../http/http-failure";

export const endpointsFix = sentence("Check the endpoints (secure-application-model:endpoints, --endpoints).");

export const networkError = "network_error";
/** MSAL's code where it has to ask for the authority's endpoints first, and gets none: it swallows why. */
const withoutEndpoints = "endpoints_resolution_error";

/** Why there was no answer; undefined for an error of another kind. */
export function networkFailure(error: unknown): HttpFailure | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].find((one) => one instanceof HttpFailure);
}

/** Whether nobody answered at the authority, whether or not MSAL kept the reason. */
export function isUnreachable(error: unknown): boolean {
  return [networkError, withoutEndpoints].includes(codeOf(error));
}

/** Whether MSAL got no further than the authority's discovery document. */
export function isWithoutEndpoints(error: unknown): boolean {
  return codeOf(error) === withoutEndpoints;
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? (error as { errorCode?: unknown }).errorCode : undefined;
  return typeof code === "string" ? code : "";
}
