import { randomBytes } from "node:crypto";
import type { CloudContext } from "../../cloud";
import type { Tenant } from "../../context";
import { secretHash } from "../../secret-hash";
import { errorBody, type EntraError, type Refusing } from "../errors";
import type { AdminConsentRequest, Flow } from "../sign-in-state";
import { postingPage } from "./pages";

/** Milliseconds a code can be redeemed: ten minutes. */
const codeLifetime = 10 * 60 * 1000;

/** Redirects the browser to the application with a code that works once. */
export function redirectWithCode(
  context: CloudContext,
  flow: Flow,
  account: { tenantId: string; userId: string },
): Response | Promise<Response> {
  const code = `1.A${randomBytes(96).toString("base64url")}`;
  context.signIns.flows.delete(flow.id);
  const { request } = flow;
  if (request.purpose !== "sign-in") throw new Error("Only a sign-in ends with a code.");
  context.signIns.codes.set(secretHash(code), {
    request,
    ...account,
    amr: flow.amr,
    ...(request.maxAge === undefined || flow.provedAt === undefined ? {} : { authTime: flow.provedAt }),
    expiresAt: context.clock.now() + codeLifetime,
    redeemed: false,
  });
  return redirect(request, { code });
}

/** Redirects the browser to the application with an administrator's consent. */
export function redirectWithConsent(request: AdminConsentRequest, tenant: Tenant): Response | Promise<Response> {
  const { scope } = request;
  return redirect(request, { admin_consent: "True", tenant: tenant.id, ...(scope === undefined ? {} : { scope }) });
}

/** Refusals that are sent because a person left a page, or because the account may not consent. */
const leftByPerson: ReadonlySet<number> = new Set([65004, 90093, 90094]);

/** For a person who left "Need admin approval": with no number or words, as MSAL for Android expects it. */
export function redirectWithoutApproval(request: Flow["request"]): Response | Promise<Response> {
  return redirect(request, {
    ...(request.purpose === "admin-consent" ? { admin_consent: "True" } : {}),
    ...{ error: "access_denied", error_subcode: "cancel" },
  });
}

/** Where and how a response is sent. */
type Addressed = Pick<Flow["request"], "redirectUri" | "responseMode" | "state">;

/** Redirects the browser to the application with a refusal. */
export function redirectWithError(
  by: Refusing,
  request: Addressed & { purpose?: Flow["request"]["purpose"]; version?: Flow["request"]["version"] },
  error: EntraError,
): Response | Promise<Response> {
  const { error: name, error_description: description, error_uri: uri } = errorBody(error, by);
  const isAdminConsent = request.purpose === "admin-consent";
  if (isAdminConsent && request.version === "v1" && error.code === 65004) return redirect(request, adminCanceled);
  return redirect(request, {
    ...(isAdminConsent ? { admin_consent: "True" } : {}),
    // According to the documents of the v2 endpoint for a cancelled consent.
    error: isAdminConsent && error.code === 65004 ? "consent_required" : String(name),
    ...(leftByPerson.has(error.code) ? { error_subcode: "cancel" } : {}),
    error_description: String(description),
    error_uri: String(uri),
  });
}

/** The texts of https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow. */
const adminCanceled = { error: "permission_denied", error_description: "The admin canceled the request" };

function redirect(
  { redirectUri, responseMode, state }: Addressed,
  values: Record<string, string>,
): Response | Promise<Response> {
  const answer = { ...values, ...(state === undefined ? {} : { state }) };
  if (responseMode === "form_post") return postingPage(redirectUri, answer);
  // Appended as text, because the out-of-band URN cannot be parsed as a URL.
  const separator = responseMode === "fragment" ? "#" : redirectUri.includes("?") ? "&" : "?";
  return new Response(null, {
    status: 302,
    headers: {
      location: `${redirectUri}${separator}${new URLSearchParams(answer).toString()}`,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    },
  });
}
