import { randomUUID } from "node:crypto";
import type { CloudContext } from "../cloud";
import type { Application, PermissionGrant, ServicePrincipal, Tenant } from "../context";
import { newServicePrincipal } from "../directory-objects";
import { microsoftGraph } from "../first-party";
import { publishedProperties } from "../graph/service-principal-schema";
import { clientName, findServicePrincipal } from "./clients";
import { refuse } from "./errors";
import type { AskedScopes } from "./scopes";

/** Delegated permissions of one resource that a consent is about. */
export interface ConsentItem {
  resource: ServicePrincipal;
  scopes: string[];
}

/** Names of the delegated permissions of `resource` that hold for this user, granted by them or for everyone. */
export function grantedScopes(
  tenant: Tenant,
  client: ServicePrincipal,
  resource: ServicePrincipal,
  userId: string,
): string[] {
  const names = grantsOf(tenant, client, resource, userId).flatMap(({ scope }) => scope.split(" "));
  return [...new Set(names.filter((name) => name !== ""))];
}

function grantsOf(tenant: Tenant, client: ServicePrincipal, resource: ServicePrincipal, userId: string) {
  return [...tenant.grants.values()].filter(
    (grant) =>
      grant.clientId === client.id &&
      grant.resourceId === resource.id &&
      (grant.consentType === "AllPrincipals" || grant.principalId === userId),
  );
}

/** Whether the application's registration lists any permission of the resource. */
export const declares = (application: Application, resource: ServicePrincipal): boolean =>
  application.requiredResourceAccess.some(({ resourceAppId }) => resourceAppId === resource.appId);

/**
 * What a consent to this request covers: for `.default` every delegated permission the registration declares, of all resources;
 * otherwise the names asked. The sign-in scopes go with Microsoft Graph.
 *
 * @throws EntraError 650052 when the tenant has no service principal of a declared resource
 */
export function consentItems(tenant: Tenant, application: Application, asked: AskedScopes): ConsentItem[] {
  const items =
    asked.wanted === "default"
      ? declaredItems(tenant, application)
      : [{ resource: asked.resource.servicePrincipal, scopes: asked.wanted }];
  const graph = findServicePrincipal(tenant, microsoftGraph.appId);
  if (graph !== undefined) items.push({ resource: graph, scopes: asked.openId });
  return merged(items);
}

/** Every delegated permission the registration declares. */
export function declaredItems(tenant: Tenant, application: Application): ConsentItem[] {
  return application.requiredResourceAccess.map(({ resourceAppId, resourceAccess }) => {
    const resource =
      findServicePrincipal(tenant, resourceAppId) ??
      refuse(650052, { resource: resourceAppId, tenant: tenant.displayName });
    const declared = new Set(resourceAccess.filter(({ type }) => type === "Scope").map(({ id }) => id));
    const scopes = resource.oauth2PermissionScopes.filter(({ id }) => declared.has(id)).map(({ value }) => value);
    return { resource, scopes };
  });
}

function merged(items: readonly ConsentItem[]): ConsentItem[] {
  const scopes = new Map<ServicePrincipal, Set<string>>();
  for (const item of items) {
    const known = scopes.get(item.resource) ?? new Set();
    for (const name of item.scopes) known.add(name);
    if (known.size > 0) scopes.set(item.resource, known);
  }
  return [...scopes].map(([resource, names]) => ({ resource, scopes: [...names] }));
}

/**
 * Whether the request needs no consent page. `.default` needs none as soon as anything of the resource is granted, permissions declared
 * later included: those wait for `prompt=consent`, as in Entra. Names that are asked need all of them.
 */
export function isConsented(tenant: Tenant, application: Application, asked: AskedScopes, userId: string): boolean {
  const client = findServicePrincipal(tenant, application.appId);
  if (client === undefined) return false;
  const { wanted, resource } = asked;
  const granted = grantedScopes(tenant, client, resource.servicePrincipal, userId);
  if (wanted === "default") return granted.length > 0;
  const items = consentItems(tenant, application, asked);
  return items.every((item) => {
    const held = grantedScopes(tenant, client, item.resource, userId);
    return item.scopes.every((scope) => held.includes(scope));
  });
}

/** Records the user's consent; the application's service principal appears in the tenant with the first one, as in Entra. */
export function recordConsent(
  context: CloudContext,
  tenant: Tenant,
  application: Application,
  items: readonly ConsentItem[],
  userId: string,
): void {
  const client = findServicePrincipal(tenant, application.appId) ?? instantiate(context, tenant, application);
  for (const { resource, scopes } of items) {
    const own = grantsOf(tenant, client, resource, userId).find(({ consentType }) => consentType === "Principal");
    const names = new Set([...(own?.scope.split(" ") ?? []), ...scopes]);
    const grant: PermissionGrant = {
      id: own?.id ?? randomUUID(),
      clientId: client.id,
      resourceId: resource.id,
      consentType: "Principal",
      principalId: userId,
      scope: [...names].filter((name) => name !== "").join(" "),
    };
    tenant.grants.set(grant.id, grant);
  }
}

/** A multi-tenant application's service principal says what the application says of itself in its own tenant. */
function instantiate(context: CloudContext, tenant: Tenant, application: Application): ServicePrincipal {
  const home = [...context.tenants.values()].find(({ applications }) => applications.has(application.id)) ?? tenant;
  const identity = {
    id: randomUUID(),
    appId: application.appId,
    displayName: clientName(application),
    appOwnerOrganizationId: home.id,
  };
  const created = new Date(context.clock.now()).toISOString();
  const principal = Object.assign(newServicePrincipal(identity, created), publishedProperties(home, application));
  tenant.servicePrincipals.set(principal.id, principal);
  return principal;
}
