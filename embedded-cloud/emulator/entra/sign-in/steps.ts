import { randomBytes } from "node:crypto";
import type { CloudContext } from "../../cloud";
import type { Application, Tenant, User } from "../../context";
import { clientName, findApplication } from "../clients";
import { consentItems, isConsented, recordConsent } from "../consents";
import { EntraError, refuse } from "../errors";
import type { AuthorizationRequest, Flow } from "../sign-in-state";
import { checkPassword, requireUser } from "../users";
import { checkScopes } from "./authorization-request";
import { consentPage, secondFactorPage, signInPage } from "./pages";
import { redirectWithCode, redirectWithError } from "./redirect";

/** Milliseconds a sign-in may take from the first page on. */
const flowLifetime = 15 * 60 * 1000;

/** Begins a sign-in. */
export function startFlow(
  context: CloudContext,
  request: AuthorizationRequest,
  application: Application,
): Promise<Response> {
  const flow: Flow = {
    id: randomBytes(32).toString("base64url"),
    request,
    expiresAt: context.clock.now() + flowLifetime,
    step: "password",
    amr: [],
  };
  context.signIns.flows.set(flow.id, flow);
  return signInPage({ flow, application }, request.loginHint, accountsFor(context, request));
}

/** The password page came back. */
export function answerPassword(context: CloudContext, form: URLSearchParams): Promise<Response> | Response {
  const { flow, application } = resume(context, form, "password");
  const { request } = flow;
  const username = form.get("username") ?? "";
  const tenant = request.tenantId === undefined ? undefined : context.tenants.get(request.tenantId);
  const client = { id: application.appId, name: clientName(application) };
  try {
    const found = checkPassword(context, tenant, { username, password: form.get("password") ?? "" }, client);
    flow.account = { tenantId: found.tenant.id, userId: found.user.id };
    flow.amr = ["pwd"];
    if (!found.user.mfa) return authenticated(context, flow, application);
    flow.step = "second-factor";
    return secondFactorPage({ flow, application }, found.user);
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    return signInPage({ flow, application, error }, username, accountsFor(context, request));
  }
}

/** The second factor was approved or denied. */
export function answerSecondFactor(context: CloudContext, form: URLSearchParams): Promise<Response> | Response {
  const { flow, application } = resume(context, form, "second-factor");
  if (form.get("answer") === "approve") {
    flow.amr = ["pwd", "mfa"];
    return authenticated(context, flow, application);
  }
  return secondFactorPage({ flow, application, error: new EntraError(500121) }, accountOf(context, flow).user);
}

/** The consent page came back. */
export function answerConsent(context: CloudContext, form: URLSearchParams): Response {
  const { flow, application } = resume(context, form, "consent");
  if (form.get("answer") !== "accept") {
    context.signIns.flows.delete(flow.id);
    return redirectWithError(context, flow.request, new EntraError(65004));
  }
  const { tenant, user } = accountOf(context, flow);
  const asked = checkScopes(context, tenant, application, flow.request.scope);
  recordConsent(context, tenant, application, consentItems(tenant, application, asked), user.id);
  return redirectWithCode(context, flow, { tenantId: tenant.id, userId: user.id });
}

/** The account has proved itself: now its consent, where it is missing or asked for. */
function authenticated(context: CloudContext, flow: Flow, application: Application): Promise<Response> | Response {
  const { tenant, user } = accountOf(context, flow);
  try {
    const asked = checkScopes(context, tenant, application, flow.request.scope);
    if (flow.request.prompt !== "consent" && isConsented(tenant, application, asked, user.id)) {
      return redirectWithCode(context, flow, { tenantId: tenant.id, userId: user.id });
    }
    flow.step = "consent";
    return consentPage({ flow, application }, user, tenant, consentItems(tenant, application, asked));
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    context.signIns.flows.delete(flow.id);
    return redirectWithError(context, flow.request, error);
  }
}

/** @throws EntraError 50089 when the flow is unknown, too old, or at another step; 700016 when its application is gone */
function resume(context: CloudContext, form: URLSearchParams, step: Flow["step"]) {
  const flow = context.signIns.flows.get(form.get("flow") ?? "");
  if (flow?.step !== step || context.clock.now() >= flow.expiresAt) refuse(50089);
  const { clientId, tenantSegment } = flow.request;
  const application =
    findApplication(context, undefined, clientId) ?? refuse(700016, { client: clientId, tenant: tenantSegment });
  return { flow, application };
}

function accountOf(context: CloudContext, { account }: Flow): { tenant: Tenant; user: User } {
  const tenant = context.tenants.get(account?.tenantId ?? "");
  if (tenant === undefined || account === undefined) return refuse(50089);
  return { tenant, user: requireUser(tenant, account.userId) };
}

function accountsFor(context: CloudContext, { tenantId }: AuthorizationRequest): User[] {
  const tenants = [...context.tenants.values()].filter(({ id }) => tenantId === undefined || id === tenantId);
  return tenants.flatMap(({ users }) => [...users.values()]);
}
