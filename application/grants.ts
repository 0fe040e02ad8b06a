/** Which of the requested permissions are granted: delegated ones by grants, the application's own by role assignments. */
import type { ServicePrincipal } from "./applications";
import type { Directory, Grant } from "./directory";
import type { RequestedPermissions } from "./permissions";

/** A permission with what became of it. */
export interface Asked {
  /** e.g. Partner Center user_impersonation */
  name: string;
  granted: boolean;
  /** Whether only an administrator can grant it. */
  administrator: boolean;
}

/**
 * Delegated ones: what sign-ins of the account carry.
 * @param client the application's service principal
 * @param account undefined while it is not known whose token it is: then anybody's counts
 */
export async function askedScopes(
  directory: Directory,
  client: ServicePrincipal,
  wanted: readonly RequestedPermissions[],
  account: string | undefined,
): Promise<Asked[]> {
  const grants = await directory.grantsTo(client);
  const asked = wanted.map(async ({ resource, resourceAppId, permissions }) => {
    const principal = await directory.principalOf(resourceAppId);
    const held = principal === undefined ? [] : scopesIn(grants, principal, account);
    const scopes = permissions.filter(({ type }) => type === "Scope");
    return scopes.map(({ id, value }) => ({
      name: `${resource} ${value}`,
      granted: held.includes(value),
      administrator: principal?.oauth2PermissionScopes.find((scope) => scope.id === id)?.type === "Admin",
    }));
  });
  return (await Promise.all(asked)).flat();
}

/** The application's own. */
export async function askedRoles(
  directory: Directory,
  client: ServicePrincipal,
  wanted: readonly RequestedPermissions[],
): Promise<Asked[]> {
  const assignments = await directory.rolesOf(client);
  const asked = wanted.map(async ({ resource, resourceAppId, permissions }) => {
    const principal = await directory.principalOf(resourceAppId);
    const roles = permissions.filter(({ type }) => type === "Role");
    return roles.map(({ id, value }) => ({
      name: `${resource} ${value}`,
      granted: assignments.some(({ appRoleId, resourceId }) => appRoleId === id && resourceId === principal?.id),
      administrator: true,
    }));
  });
  return (await Promise.all(asked)).flat();
}

/** For everyone, or for the account. */
function scopesIn(grants: readonly Grant[], resource: ServicePrincipal, account: string | undefined): string[] {
  return grants
    .filter(({ resourceId }) => resourceId === resource.id)
    .filter(({ principalId }) => principalId === null || account === undefined || principalId === account)
    .flatMap(({ scope }) => scope.split(" "));
}
