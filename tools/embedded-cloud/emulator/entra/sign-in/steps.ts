import { randomBytes } from "node:crypto";
import type { CloudContext } from "../../cloud";
import type { Application, Tenant, User } from "../../context";
import { clientName, findApplication } from "../clients";
import { EntraError, refuse } from "../errors";
import type { Flow } from "../sign-in-state";
import { checkPassword, requireUser } from "../users";
import { answerApproval, answerConsent, askForConsent, type SignedIn } from "./consent-steps";
import { secondFactorPage, signInPage } from "./pages";

/** Milliseconds a sign-in may take from the first page on. */
const flowLifetime = 15 * 60 * 1000;

/** The handler of each posted page, by its step. */
export const steps: Readonly<
  Record<Flow["step"], (context: CloudContext, form: URLSearchParams) => Promise<Response> | Response>
> = {
  password: answerPassword,
  "second-factor": answerSecondFactor,
  consent: (context, form) => answerConsent(signedIn(context, resume(context, form, "consent")), form),
  approval: answerApprovalPage,
};

/** Begins a sign-in. */
export function startFlow(
  context: CloudContext,
  request: Flow["request"],
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

/** Handles the form of the password page. */
function answerPassword(context: CloudContext, form: URLSearchParams): Promise<Response> | Response {
  const { flow, application } = resume(context, form, "password");
  const { request } = flow;
  const username = form.get("username") ?? "";
  const tenant = request.tenantId === undefined ? undefined : context.tenants.get(request.tenantId);
  const client = { id: application.appId, name: clientName(application) };
  try {
    const found = checkPassword(context, tenant, { username, password: form.get("password") ?? "" }, client);
    flow.account = { tenantId: found.tenant.id, userId: found.user.id };
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    return signInPage({ flow, application, error }, username, accountsFor(context, request));
  }
  flow.amr = ["pwd"];
  flow.provedAt = context.clock.now();
  const account = signedIn(context, { flow, application });
  if (!account.user.mfa) return askForConsent(account);
  flow.step = "second-factor";
  return secondFactorPage({ flow, application }, account.user);
}

/** The second factor was approved or denied. */
function answerSecondFactor(context: CloudContext, form: URLSearchParams): Promise<Response> | Response {
  const { flow, application } = resume(context, form, "second-factor");
  if (form.get("answer") === "approve") {
    flow.amr = ["pwd", "mfa"];
    flow.provedAt = context.clock.now();
    return askForConsent(signedIn(context, { flow, application }));
  }
  const { user } = signedIn(context, { flow, application });
  return secondFactorPage({ flow, application, error: new EntraError(500121) }, user);
}

/** Lets another account sign in instead. */
function answerApprovalPage(context: CloudContext, form: URLSearchParams): Promise<Response> | Response {
  const { flow, application } = resume(context, form, "approval");
  if (form.get("answer") !== "other-account") return answerApproval(signedIn(context, { flow, application }));
  flow.step = "password";
  delete flow.account;
  return signInPage({ flow, application }, undefined, accountsFor(context, flow.request));
}

/** @throws EntraError 50089 for an unknown, old or other step's flow, 700016 for a deleted application */
function resume(context: CloudContext, form: URLSearchParams, step: Flow["step"]) {
  const flow = context.signIns.flows.get(form.get("flow") ?? "");
  if (flow?.step !== step || context.clock.now() >= flow.expiresAt) refuse(50089);
  const { clientId, tenantSegment } = flow.request;
  const application =
    findApplication(context, undefined, clientId) ?? refuse(700016, { client: clientId, tenant: tenantSegment });
  return { flow, application };
}

function signedIn(context: CloudContext, { flow, application }: Pick<SignedIn, "flow" | "application">): SignedIn {
  const { account } = flow;
  const tenant: Tenant | undefined = context.tenants.get(account?.tenantId ?? "");
  if (tenant === undefined || account === undefined) return refuse(50089);
  return { context, flow, application, tenant, user: requireUser(tenant, account.userId) };
}

function accountsFor(context: CloudContext, { tenantId }: Flow["request"]): User[] {
  const tenants = [...context.tenants.values()].filter(({ id }) => tenantId === undefined || id === tenantId);
  return tenants.flatMap(({ users }) => [...users.values()]);
}
