import type { CloudContext } from "../../cloud";
import type { Application, Tenant } from "../../context";
import { clientName, findApplication, publicRedirects, refuseDisabled, sameRedirect } from "../clients";
import { isGrantedToAnybody } from "../consents";
import { refuseClaims } from "../claims-parameter";
import { NotServedError, refuse } from "../errors";
import { refuseUndeclared } from "../grants/delegated";
import { type AskedScopes, readScopes } from "../scopes";
import type { AuthorizationRequest, ProtocolVersion } from "../sign-in-state";
import { directoryOf, isShared } from "../tenancy";

/** The application, and where responses may be sent: determined before anything may be sent back. */
export interface Asking {
  /** Undefined for /common and /organizations. */
  tenant: Tenant | undefined;
  application: Application;
  redirectUri: string;
}

/**
 * @throws EntraError for a page: 90002, 900023, 90038 for the tenant, 900144, 700016, 50194, 7000112 for the
 *   application, 900971, 50011 for the redirect URI
 */
export function readAsking(context: CloudContext, tenantSegment: string, query: URLSearchParams): Asking {
  const clientId = query.get("client_id") ?? refuse(900144, { parameter: "client_id" });
  const tenant = isShared(tenantSegment)
    ? undefined
    : directoryOf(context, tenantSegment, { id: clientId, confidential: false });
  const application =
    findApplication(context, tenant, clientId) ??
    refuse(700016, { client: clientId, tenant: tenant?.displayName ?? tenantSegment });
  if (tenant === undefined && application.signInAudience === "AzureADMyOrg") {
    refuse(50194, { client: application.appId, clientName: clientName(application) });
  }
  if (tenant !== undefined) refuseDisabled(tenant, application);
  const redirectUri = query.get("redirect_uri") ?? refuse(900971);
  const registered = [...application.web.redirectUris, ...publicRedirects(application)];
  if (!registered.some((uri) => sameRedirect(uri, redirectUri))) {
    refuse(50011, { redirectUri, client: application.appId });
  }
  return { tenant, application, redirectUri };
}

/**
 * @throws EntraError for the application: 900144, 901002, 700051, 90023, 50058, 501491 and, if the tenant is
 *   known, all problems of the scopes
 */
export function readAuthorizationRequest(
  context: CloudContext,
  asking: Asking,
  query: URLSearchParams,
  path: { version: ProtocolVersion; tenantSegment: string },
): AuthorizationRequest {
  const { tenant, application, redirectUri } = asking;
  refuseNotServed(query);
  const responseType = query.get("response_type") ?? refuse(900144, { parameter: "response_type" });
  if (responseType !== "code") refuse(700051, { responseType });
  const scope = query.get("scope") ?? refuse(900144, { parameter: "scope" });
  if (query.has("resource")) refuse(901002);
  if (tenant !== undefined) checkScopes(context, tenant, application, scope);
  return {
    ...path,
    purpose: "sign-in",
    tenantId: tenant?.id,
    clientId: application.appId,
    redirectUri,
    responseMode: readResponseMode(query),
    scope,
    prompt: readPrompt(query),
    ...optional("state", query.get("state")),
    ...optional("nonce", query.get("nonce")),
    ...optional("loginHint", query.get("login_hint")),
    ...readMaxAge(query),
    ...optional("codeChallenge", readChallenge(query)),
  };
}

/** Parameters that change the meaning of a sign-in: to ignore them would give a wrong response. */
const notServed = ["acr_values", "id_token_hint", "request", "request_uri"];

/** @throws NotServedError */
function refuseNotServed(query: URLSearchParams): void {
  const found = notServed.find((name) => query.has(name));
  if (found !== undefined) throw new NotServedError(`the parameter ${found} of a sign-in`);
  refuseClaims(query.get("claims") ?? undefined);
}

/** @throws EntraError as `refuseUndeclared` for `.default` of such a resource, or as `readScopes` */
export function checkScopes(
  context: CloudContext,
  tenant: Tenant,
  application: Application,
  scope: string,
): AskedScopes {
  const asked = readScopes(context, tenant, scope);
  const { servicePrincipal } = asked.resource;
  if (asked.wanted === "default" && !isGrantedToAnybody(tenant, application, servicePrincipal)) {
    refuseUndeclared(tenant, application, asked.resource);
  }
  return asked;
}

/** Where a refusal is sent, as far as the request contains it. */
export function returnAddress(
  redirectUri: string,
  query: URLSearchParams,
): Pick<AuthorizationRequest, "redirectUri" | "responseMode" | "state"> {
  const responseMode = responseModes.find((known) => known === query.get("response_mode")) ?? "query";
  return { redirectUri, responseMode, ...optional("state", query.get("state")) };
}

/** How a response can be sent back. */
const responseModes = ["query", "fragment", "form_post"] as const;

function readResponseMode(query: URLSearchParams): AuthorizationRequest["responseMode"] {
  const responseMode = query.get("response_mode") ?? "query";
  return responseModes.find((known) => known === responseMode) ?? refuse(70007, { responseMode });
}

function readPrompt(query: URLSearchParams): AuthorizationRequest["prompt"] {
  const prompt = query.get("prompt") ?? "";
  // No account is ever already signed in: this emulator keeps no session between two sign-ins.
  if (prompt === "none") refuse(50058);
  if (prompt === "") return undefined;
  if (prompt === "login" || prompt === "consent" || prompt === "select_account") return prompt;
  return refuse(90023, { parameter: "prompt", value: prompt });
}

function readMaxAge(query: URLSearchParams): { maxAge?: number } {
  const value = query.get("max_age") ?? "";
  if (value === "") return {};
  return /^\d{1,9}$/.test(value) ? { maxAge: Number(value) } : refuse(90023, { parameter: "max_age", value });
}

function readChallenge(query: URLSearchParams): string | null {
  const challenge = query.get("code_challenge");
  if (challenge === null) return null;
  const method = query.get("code_challenge_method") ?? "plain";
  if (method !== "S256") throw new NotServedError(`code_challenge_method ${method}`);
  // RFC 7636, 4.2: S256 produces 43 characters.
  if (!/^[\w~.-]{43,128}$/.test(challenge)) refuse(501491);
  return challenge;
}

const optional = <Name extends string>(name: Name, value: string | null) =>
  (value === null || value === "" ? {} : { [name]: value }) as Partial<Record<Name, string>>;
