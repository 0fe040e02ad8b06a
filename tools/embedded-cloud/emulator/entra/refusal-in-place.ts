import type { Clock } from "../context";
import { errorBody, type EntraError } from "./errors";
import { returnAddress } from "./sign-in/authorization-request";
import { redirectWithError } from "./sign-in/redirect";

/** A fault's refusal: a request for a page is redirected with it, as Entra does for refusals by policies. */
export async function refusalInPlace(
  request: Request,
  error: EntraError,
  clock: Clock,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const { origin, pathname, searchParams } = new URL(request.url);
  const by = { now: clock.now(), authority: origin };
  const redirectUri = searchParams.get("redirect_uri");
  if (redirectUri !== null && /\/(authorize|adminconsent)$/.test(pathname)) {
    return await redirectWithError(by, returnAddress(redirectUri, searchParams), error);
  }
  return Response.json(errorBody(error, by), { status: error.row.status, headers });
}
