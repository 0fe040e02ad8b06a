import type { CloudContext } from "../cloud";
import type { Application, ServicePrincipal, Tenant, User } from "../context";
import { secretHash } from "../secret-hash";
import { refuse } from "./errors";
import { checkAssertion } from "./client-assertion";

/** The client's credential at the token endpoint, in the body or as HTTP Basic. */
export interface PresentedClient {
  clientId: string;
  clientSecret?: string;
  /** A token signed by one of its certificates, or by an issuer that a federated credential names. */
  clientAssertion?: string;
  /** The tenant in the path, which is the audience of an assertion. */
  tenantSegment: string;
}

/** Whether it presents a credential of any kind: a public client has none. */
export const isConfidential = ({
  clientSecret,
  clientAssertion,
}: Pick<PresentedClient, "clientSecret" | "clientAssertion">): boolean =>
  clientSecret !== undefined || clientAssertion !== undefined;

/** The application with this client id, if `tenant` may use it; otherwise undefined. */
export function findApplication(
  context: CloudContext,
  tenant: Tenant | undefined,
  clientId: string,
): Application | undefined {
  for (const home of context.tenants.values()) {
    for (const application of home.applications.values()) {
      if (application.appId.toLowerCase() !== clientId.toLowerCase()) continue;
      const usable = tenant === undefined || home === tenant || application.signInAudience !== "AzureADMyOrg";
      return usable ? application : undefined;
    }
  }
  return undefined;
}

/** @throws EntraError 700016 */
export function requireApplication(context: CloudContext, tenant: Tenant, clientId: string): Application {
  return findApplication(context, tenant, clientId) ?? refuse(700016, { client: clientId, tenant: tenant.displayName });
}

export function findServicePrincipal(tenant: Tenant, appId: string): ServicePrincipal | undefined {
  return [...tenant.servicePrincipals.values()].find((candidate) => candidate.appId === appId);
}

/** @throws EntraError 7000229 when the tenant has no service principal of it, 7000112 for a disabled one */
export function requireServicePrincipal(tenant: Tenant, application: Application): ServicePrincipal {
  const { appId } = application;
  const found =
    findServicePrincipal(tenant, appId) ??
    (tenant.applications.has(application.id)
      ? refuse(7000229, { client: appId, tenant: tenant.id })
      : refuse(700016, { client: appId, tenant: tenant.displayName }));
  refuseDisabled(tenant, application);
  return found;
}

/** @throws EntraError 7000112 when the tenant's service principal is disabled; a missing one is accepted */
export function refuseDisabled(tenant: Tenant, application: Application): void {
  if (findServicePrincipal(tenant, application.appId)?.accountEnabled !== false) return;
  refuse(7000112, { client: application.appId, clientName: clientName(application) });
}

/** @throws EntraError 50105 if only assigned accounts are allowed, and neither this one nor its groups are */
export function requireAssignment(tenant: Tenant, application: Application, user: User): void {
  const client = findServicePrincipal(tenant, application.appId);
  if (client?.["appRoleAssignmentRequired"] !== true) return;
  const groups = [...tenant.groups.values()].filter(({ members }) => members.has(user.id)).map(({ id }) => id);
  const assigned = [...tenant.appRoleAssignments.values()].some(
    ({ principalId, resourceId }) => resourceId === client.id && [user.id, ...groups].includes(principalId),
  );
  if (assigned) return;
  refuse(50105, {
    client: application.appId,
    clientName: clientName(application),
    user: user.userPrincipalName,
  });
}

export const clientName = (application: Application): string => application.displayName ?? application.appId;

/** Whether a redirect URI is registered only for public clients: then no secret may be presented. */
export function isPublicRedirect(application: Application, redirectUri: string): boolean {
  const isRegistered = (uris: readonly string[]) => uris.some((uri) => sameRedirect(uri, redirectUri));
  return isRegistered(publicRedirects(application)) && !isRegistered(application.web.redirectUris);
}

export function publicRedirects(application: Application): readonly string[] {
  const publicClient = application["publicClient"] as { redirectUris?: string[] } | null | undefined;
  return publicClient?.redirectUris ?? [];
}

/** Compares redirect URIs as Entra does: a loopback URI over http matches on any port. */
export function sameRedirect(registered: string, asked: string): boolean {
  return registered === asked || withoutLoopbackPort(registered) === withoutLoopbackPort(asked);
}

const withoutLoopbackPort = (uri: string): string =>
  uri.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1)):\d+(?=\/|$)/, "$1");

/** @throws EntraError 700025 when a public client presents a credential, or as `authenticateClient` */
export async function authenticateClientOf(
  context: CloudContext,
  application: Application,
  presented: PresentedClient,
  isPublic: boolean,
): Promise<void> {
  if (!isPublic) await authenticateClient(context, application, presented);
  else if (isConfidential(presented)) refuse(700025);
}

/** @throws EntraError 7000218 for no credential, 7000215 for a wrong secret, 7000222 for an expired one */
export async function authenticateClient(
  context: CloudContext,
  application: Application,
  { clientSecret, clientAssertion, tenantSegment }: PresentedClient,
): Promise<void> {
  if (clientAssertion !== undefined) {
    await checkAssertion(context, application, clientAssertion, tenantSegment);
    return;
  }
  if (clientSecret === undefined) refuse(7000218);
  const hash = secretHash(clientSecret);
  const now = context.clock.now();
  const credential = application.passwordCredentials.find((candidate) => candidate.secretHash === hash);
  if (credential === undefined || Date.parse(credential.startDateTime) > now) {
    refuse(7000215, { client: application.appId });
  }
  if (Date.parse(credential.endDateTime) <= now) refuse(7000222, { client: application.appId });
}
