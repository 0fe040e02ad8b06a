/** An authority that does not answer, as MSAL's errors tell it. MSAL itself is not loaded for it: the program does not need it. */
import { sentence } from "../errors/fix";
import { HttpFailure } from "../http/http-failure";

export const endpointsFix = sentence("Check the endpoints (secure-application-model:endpoints, --endpoints).");

/** Why there was no answer; undefined for an error of another kind. */
export function networkFailure(error: unknown): HttpFailure | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].find((one) => one instanceof HttpFailure);
}

/** Whether MSAL got no further than the authority's discovery document: it swallows why. */
export function isWithoutEndpoints(error: unknown): boolean {
  return error instanceof Error && "errorCode" in error && error.errorCode === "endpoints_resolution_error";
}
