/** An authority that nobody answers at, as MSAL's errors tell it. MSAL itself is not loaded for it: the program does not need it. */

import { sentence } from "../errors/fix";

/** MSAL's code where it has to ask for the authority's endpoints first, and gets none. */
const withoutEndpoints = "endpoints_resolution_error";
const codes = ["network_error", withoutEndpoints];

/** Whether nobody answered at the authority. MSAL keeps nothing of the reason. */
export function isUnreachable(error: unknown): boolean {
  return codes.includes(codeOf(error));
}

/** Whether MSAL got no further than the authority's discovery document. */
export function isWithoutEndpoints(error: unknown): boolean {
  return codeOf(error) === withoutEndpoints;
}

export const unreachableFix = sentence(
  "Check the network, the proxy, and the endpoints (secure-application-model:endpoints, --endpoints).",
);

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? (error as { errorCode?: unknown }).errorCode : undefined;
  return typeof code === "string" ? code : "";
}
