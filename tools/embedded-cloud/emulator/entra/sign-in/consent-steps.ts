/** After the sign-in: the consent, if it is missing or requested, or the page that names who must give it. */
import type { CloudContext } from "../../cloud";
import type { Application, Tenant, User } from "../../context";
import { clientName, refuseDisabled, requireAssignment } from "../clients";
import { consentItems, declaredItems, isConsented, missingItems, type ConsentItem } from "../consents";
import { EntraError, refusing } from "../errors";
import { recordConsent, recordConsentForAll } from "../record-consent";
import { type AskedScopes, readScopes } from "../scopes";
import type { AuthorizationRequest, Flow } from "../sign-in-state";
import { consentRefusal, isConsentAdministrator, maySpeakForOrganization } from "../who-may-consent";
import { checkScopes } from "./authorization-request";
import { approvalPage, consentPage, requestPage } from "./consent-pages";
import { signInPage } from "./pages";
import { redirectWithCode, redirectWithConsent, redirectWithError, redirectWithoutApproval } from "./redirect";

/** A sign-in in progress whose account is authenticated. */
export interface SignedIn {
  context: CloudContext;
  flow: Flow;
  application: Application;
  tenant: Tenant;
  user: User;
}

interface Consent {
  /** The permissions on the page. */
  items: ConsentItem[];
  /** Why this account may not consent. */
  refusal: EntraError | undefined;
}

/** Continues with the consent of an authenticated account. @throws EntraError for a page: 7000112, 50105 */
export function askForConsent(signedIn: SignedIn): Promise<Response> | Response {
  const { context, flow, application, tenant, user } = signedIn;
  refuseDisabled(tenant, application);
  if (flow.request.purpose === "sign-in") requireAssignment(tenant, application, user);
  try {
    const consent = neededConsent(signedIn);
    if (consent === undefined) return finish(signedIn);
    const { items, refusal } = consent;
    flow.step = refusal === undefined ? "consent" : "approval";
    if (refusal !== undefined && tenant.adminConsentRequests === true) return requestPage({ flow, application }, user);
    if (refusal !== undefined) return approvalPage({ flow, application, error: refusal }, user, refusing(context));
    return consentPage({ flow, application }, user, tenant, { items, forAll: whoIsAsked(signedIn) });
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    context.signIns.flows.delete(flow.id);
    return redirectWithError(refusing(context), flow.request, error);
  }
}

/** Who the consent page asks for: the person only, everybody, or what the person chooses. */
const whoIsAsked = ({ flow, tenant, user }: SignedIn) =>
  flow.request.purpose === "admin-consent" ? "yes" : maySpeakForOrganization(tenant, user) ? "choice" : "no";

/** Handles the form of the consent page. */
export function answerConsent(signedIn: SignedIn, form: URLSearchParams): Promise<Response> | Response {
  const { context, flow, tenant, user } = signedIn;
  const { request } = flow;
  if (form.get("answer") !== "accept") {
    context.signIns.flows.delete(flow.id);
    return redirectWithError(refusing(context), request, new EntraError(65004));
  }
  const { items = [], refusal } = neededConsent(signedIn) ?? {};
  if (refusal !== undefined) {
    context.signIns.flows.delete(flow.id);
    return redirectWithError(refusing(context), request, refusal);
  }
  if (request.purpose === "admin-consent") {
    context.signIns.flows.delete(flow.id);
    recordConsentForAll(signedIn, items, namedScopes(signedIn) === undefined);
    return redirectWithConsent(request, tenant);
  }
  if (form.get("organization") === "yes" && maySpeakForOrganization(tenant, user)) {
    recordConsentForAll(signedIn, items, false);
  } else {
    recordConsent(signedIn, items, user.id);
  }
  return finish(signedIn);
}

/** Ends a sign-in; if the authentication is older than `max_age` allows, the account must sign in again. */
function finish({ context, flow, application, tenant, user }: SignedIn): Promise<Response> | Response {
  const { request, provedAt = 0 } = flow;
  const isOld =
    request.purpose === "sign-in" && request.maxAge !== undefined && secondsSince(context, provedAt) > request.maxAge;
  if (!isOld) return redirectWithCode(context, flow, { tenantId: tenant.id, userId: user.id });
  flow.step = "password";
  return signInPage({ flow, application }, user.userPrincipalName, [user]);
}

const secondsSince = ({ clock }: CloudContext, then: number): number =>
  Math.floor(clock.now() / 1000) - Math.floor(then / 1000);

/** Handles the form of "Need admin approval" and "Approval required": nobody here grants the request. */
export function answerApproval({ context, flow }: SignedIn): Promise<Response> | Response {
  context.signIns.flows.delete(flow.id);
  return redirectWithoutApproval(flow.request);
}

/** What an administrator's consent names; undefined: everything that is declared. */
function namedScopes({ context, flow, tenant }: SignedIn): AskedScopes | undefined {
  const { request } = flow;
  if (request.purpose !== "admin-consent" || request.scope === undefined) return undefined;
  const asked = readScopes(context, tenant, request.scope);
  return asked.wanted === "default" ? undefined : asked;
}

/** Undefined when no consent is needed. */
function neededConsent(signedIn: SignedIn): Consent | undefined {
  const { context, flow, application, tenant, user } = signedIn;
  const { request } = flow;
  if (request.purpose === "admin-consent") {
    const named = namedScopes(signedIn);
    const items = named === undefined ? declaredItems(tenant, application) : consentItems(tenant, application, named);
    return { items, refusal: adminConsentRefusal(tenant, application, user, items) };
  }
  const asked = checkScopes(context, tenant, application, request.scope);
  if (request.prompt !== "consent" && isConsented(tenant, application, asked, user.id)) return undefined;
  const items = consentItems(tenant, application, asked);
  const judged = judgedItems(request, tenant, application, items, user);
  return { items, refusal: consentRefusal(tenant, application, user, judged) };
}

/** `prompt=consent` requests everything again, including administrators' grants (scopes-oidc, example 3). */
const judgedItems = (
  { prompt }: AuthorizationRequest,
  tenant: Tenant,
  application: Application,
  items: ConsentItem[],
  user: User,
): ConsentItem[] => (prompt === "consent" ? items : missingItems(tenant, application, items, user.id));

const adminConsentRefusal = (tenant: Tenant, application: Application, user: User, items: ConsentItem[]) =>
  isConsentAdministrator(tenant, user)
    ? consentRefusal(tenant, application, user, items)
    : new EntraError(90094, { clientName: clientName(application) });
