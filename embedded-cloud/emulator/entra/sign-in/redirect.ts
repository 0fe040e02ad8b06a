import { randomBytes } from "node:crypto";
import type { CloudContext } from "../../cloud";
import { secretHash } from "../../secret-hash";
import { errorBody, type EntraError } from "../errors";
import type { AuthorizationRequest, Flow } from "../sign-in-state";

/** Milliseconds a code can be redeemed: ten minutes. */
const codeLifetime = 10 * 60 * 1000;

/** Sends the browser back to the application with a code that works once. */
export function redirectWithCode(
  context: CloudContext,
  flow: Flow,
  account: { tenantId: string; userId: string },
): Response {
  const code = `1.A${randomBytes(96).toString("base64url")}`;
  context.signIns.flows.delete(flow.id);
  context.signIns.codes.set(secretHash(code), {
    request: flow.request,
    ...account,
    amr: flow.amr,
    expiresAt: context.clock.now() + codeLifetime,
    redeemed: false,
  });
  return redirect(flow.request, { code });
}

/** Sends the browser back to the application with a refusal. */
export function redirectWithError(
  context: CloudContext,
  request: Pick<AuthorizationRequest, "redirectUri" | "responseMode" | "state">,
  error: EntraError,
): Response {
  const { error: name, error_description: description } = errorBody(error, context.clock.now());
  return redirect(request, {
    error: String(name),
    ...(error.code === 65004 ? { error_subcode: "cancel" } : {}),
    error_description: String(description),
  });
}

function redirect(
  { redirectUri, responseMode, state }: Pick<AuthorizationRequest, "redirectUri" | "responseMode" | "state">,
  values: Record<string, string>,
): Response {
  const parameters = new URLSearchParams({ ...values, ...(state === undefined ? {} : { state }) }).toString();
  // Appended as text: the out-of-band URN is no URL that could be taken apart.
  const separator = responseMode === "fragment" ? "#" : redirectUri.includes("?") ? "&" : "?";
  return new Response(null, {
    status: 302,
    headers: {
      location: `${redirectUri}${separator}${parameters}`,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    },
  });
}
