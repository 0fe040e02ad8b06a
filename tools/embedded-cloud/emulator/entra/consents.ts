import type { Application, ServicePrincipal, Tenant } from "../context";
import { microsoftGraph } from "../first-party";
import { findServicePrincipal } from "./clients";
import { refuse } from "./errors";
import type { AskedScopes } from "./scopes";

/** Permissions of one resource in a consent. */
export interface ConsentItem {
  resource: ServicePrincipal;
  /** Names of delegated permissions. */
  scopes: string[];
  /** Names of application permissions. */
  roles: string[];
}

/** Names of the permissions of `resource` that the user, or somebody for everyone, has granted. */
export function grantedScopes(
  tenant: Tenant,
  client: ServicePrincipal,
  resource: ServicePrincipal,
  userId: string,
): string[] {
  const grants = [...tenant.grants.values()].filter(
    (grant) =>
      grant.clientId === client.id &&
      grant.resourceId === resource.id &&
      (grant.consentType === "AllPrincipals" || grant.principalId === userId),
  );
  const names = grants.flatMap(({ scope }) => scope.split(" "));
  return [...new Set(names.filter((name) => name !== ""))];
}

/** When any permission of the resource is granted, those in the registration do not matter. */
export function isGrantedToAnybody(tenant: Tenant, application: Application, resource: ServicePrincipal): boolean {
  const client = findServicePrincipal(tenant, application.appId);
  const grants = [...tenant.grants.values()];
  return grants.some(({ clientId, resourceId }) => clientId === client?.id && resourceId === resource.id);
}

/** Names of the application permissions of `resource` that the client has. */
export function grantedRoles(tenant: Tenant, client: ServicePrincipal, resource: ServicePrincipal): string[] {
  return [...tenant.appRoleAssignments.values()]
    .filter(({ principalId, resourceId }) => principalId === client.id && resourceId === resource.id)
    .flatMap(({ appRoleId }) => resource.appRoles.filter(({ id }) => id === appRoleId))
    .map(({ value }) => value);
}

/** Whether the application's registration lists any permission of the resource. */
export const declares = (application: Application, resource: ServicePrincipal): boolean =>
  application.requiredResourceAccess.some(({ resourceAppId }) => resourceAppId === resource.appId);

/** `.default` stands for all that the registration declares. Sign-in scopes belong to Microsoft Graph. */
export function consentItems(tenant: Tenant, application: Application, asked: AskedScopes): ConsentItem[] {
  const items =
    asked.wanted === "default"
      ? declaredItems(tenant, application)
      : [{ resource: asked.resource.servicePrincipal, scopes: asked.wanted, roles: [] }];
  const graph = findServicePrincipal(tenant, microsoftGraph.appId);
  if (graph !== undefined) items.push({ resource: graph, scopes: asked.openId, roles: [] });
  return merged(items);
}

/** @throws EntraError 650052 for a resource that the tenant does not have, 65005 for an unknown permission */
export function declaredItems(tenant: Tenant, application: Application): ConsentItem[] {
  const items = application.requiredResourceAccess.map(({ resourceAppId, resourceAccess }) => {
    const resource =
      findServicePrincipal(tenant, resourceAppId) ??
      refuse(650052, { resource: resourceAppId, tenant: tenant.displayName });
    const named = (wanted: "Scope" | "Role", published: readonly { id: string; value: string }[]) =>
      resourceAccess
        .filter(({ type }) => type === wanted)
        .map(
          ({ id }) =>
            published.find((permission) => permission.id === id)?.value ??
            refuse(65005, { resource: resource.displayName ?? resource.appId }),
        );
    return {
      resource,
      scopes: named("Scope", resource.oauth2PermissionScopes),
      roles: named("Role", resource.appRoles),
    };
  });
  return merged(items);
}

/** One item for each resource, without empty ones. */
function merged(items: readonly ConsentItem[]): ConsentItem[] {
  const resources = new Set(items.map(({ resource }) => resource));
  return [...resources]
    .map((resource) => {
      const own = items.filter((item) => item.resource === resource);
      return {
        resource,
        scopes: [...new Set(own.flatMap(({ scopes }) => scopes))],
        roles: [...new Set(own.flatMap(({ roles }) => roles))],
      };
    })
    .filter(({ scopes, roles }) => scopes.length + roles.length > 0);
}

/** The permissions among these that are granted neither to this user nor to everyone. */
export function missingItems(
  tenant: Tenant,
  application: Application,
  items: readonly ConsentItem[],
  userId: string,
): ConsentItem[] {
  const client = findServicePrincipal(tenant, application.appId);
  if (client === undefined) return [...items];
  return merged(
    items.map(({ resource, scopes, roles }) => {
      const heldScopes = grantedScopes(tenant, client, resource, userId);
      const heldRoles = grantedRoles(tenant, client, resource);
      return {
        resource,
        scopes: scopes.filter((name) => !heldScopes.includes(name)),
        roles: roles.filter((name) => !heldRoles.includes(name)),
      };
    }),
  );
}

/**
 * Whether all requested names are granted or, for `.default`, anything of the resource: permissions declared
 * later need `prompt=consent` (https://learn.microsoft.com/entra/identity-platform/scopes-oidc).
 */
export function isConsented(tenant: Tenant, application: Application, asked: AskedScopes, userId: string): boolean {
  const client = findServicePrincipal(tenant, application.appId);
  if (client === undefined) return false;
  if (asked.wanted === "default") {
    return grantedScopes(tenant, client, asked.resource.servicePrincipal, userId).length > 0;
  }
  return missingItems(tenant, application, consentItems(tenant, application, asked), userId).length === 0;
}
