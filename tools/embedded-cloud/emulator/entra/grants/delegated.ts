import type { CloudContext } from "../../cloud";
import type { Application, ServicePrincipal, Tenant, User } from "../../context";
import { clientName, requireAssignment, requireServicePrincipal } from "../clients";
import { declares, grantedScopes } from "../consents";
import { refuse } from "../errors";
import { accessResponse, issueForUser, type SignedInUser, type TokenResponse } from "../issue";
import { issueIdToken, issueRefreshToken } from "../issue-sign-in";
import { microsoftGraph } from "../../first-party";
import type { Resource } from "../resources";
import { readScopes, type AskedScopes } from "../scopes";
import type { TokenRequest } from "../token-request";

/** A user's grant after its own checks. */
export interface DelegatedGrant extends SignedInUser {
  /** The tenant of the token. */
  tenant: Tenant;
  /** The user's own tenant, if it is a different one (a partner's). The refresh token belongs to it. */
  home?: Tenant;
  application: Application;
  publicClient: boolean;
  /** The scope that the grant was issued for, used when the request has none. */
  scope: string;
  nonce?: string;
}

/** The token response for a user's grant: access token and, if requested, refresh and id token. */
export async function answerDelegated(
  context: CloudContext,
  request: TokenRequest,
  grant: DelegatedGrant,
): Promise<TokenResponse> {
  const { tenant, application, user } = grant;
  const home = grant.home ?? tenant;
  const client = requireServicePrincipal(tenant, application);
  if (grant.home === undefined) requireAssignment(tenant, application, user);
  const asked = readScopes(context, tenant, request.fields.get("scope") ?? grant.scope);
  const { resource } = asked;
  const scopes = consentedScopes({ tenant, application, client, user }, asked);
  const accessToken = await issueForUser(context, { tenant, client, resource }, grant, scopes);
  return {
    ...accessResponse(accessToken),
    scope: shownScopes(asked, scopes),
    ...(asked.openId.includes("offline_access") && {
      refresh_token: issueRefreshToken(context, { ...grant, tenant: home, clientId: application.appId }),
    }),
    ...(asked.openId.includes("openid") && {
      id_token: await issueIdToken(context, tenant, application, grant),
    }),
    ...(request.fields.get("client_info") === "1" && { client_info: clientInfo(home, user) }),
  };
}

/** @throws EntraError 650057 for a resource that is not declared, 650056 when nothing at all is declared */
export function refuseUndeclared(tenant: Tenant, application: Application, resource: Resource): void {
  if (declares(application, resource.servicePrincipal)) return;
  if (application.requiredResourceAccess.length === 0) {
    refuse(650056, { client: application.appId, resource: resource.asked });
  }
  const declared = application.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId);
  refuse(650057, {
    client: application.appId,
    clientName: clientName(application),
    resource: resource.asked,
    resourceApp: resource.servicePrincipal.appId,
    declared: declared.join(", "),
    tenant: tenant.displayName,
  });
}

interface Consenting {
  tenant: Tenant;
  application: Application;
  client: ServicePrincipal;
  user: User;
}

/** @throws EntraError 65001 when nothing of the resource is consented to, or not every requested name */
function consentedScopes({ tenant, application, client, user }: Consenting, asked: AskedScopes): string[] {
  const granted = grantedScopes(tenant, client, asked.resource.servicePrincipal, user.id);
  const isMissing = asked.wanted !== "default" && asked.wanted.some((name) => !granted.includes(name));
  if (granted.length === 0 || isMissing) {
    refuse(65001, {
      client: application.appId,
      clientName: clientName(application),
      resource: asked.resource.asked,
    });
  }
  // offline_access only causes a refresh token; Entra's access tokens do not list it.
  return granted.filter((name) => name !== "offline_access");
}

/** Full names, `.default` included when it was requested. */
function shownScopes({ resource, wanted }: AskedScopes, scopes: readonly string[]): string {
  const base = resource.asked.replace(/\/+$/, "");
  const isSignIn = (name: string) => ["openid", "profile", "email"].includes(name);
  const isGraph = resource.servicePrincipal.appId === microsoftGraph.appId;
  const full = scopes.map((name) => (isGraph && isSignIn(name) ? name : `${base}/${name}`));
  return [...full, ...(wanted === "default" ? [`${base}/.default`] : [])].join(" ");
}

/** Identifies the account for the client's cache: msal's account ids are made from it. */
function clientInfo(tenant: Tenant, user: User): string {
  return Buffer.from(JSON.stringify({ uid: user.id, utid: tenant.id })).toString("base64url");
}
