/** Which of the requested permissions are granted: delegated ones by grants, application permissions by role assignments. */
import type { ServicePrincipal } from "./applications";
import { type Directory, type Grant, scopesOf } from "./directory";
import type { PublishedPermission, RequestedPermissions } from "./permissions";

export interface Asked {
  /** e.g. Partner Center user_impersonation */
  name: string;
  /** To whom it is granted; an application permission is granted to the whole tenant. undefined: not granted to a relevant account. */
  grantedTo: "everybody" | "account" | undefined;
  administrator: boolean;
  resourceAppId: string;
  isResourceAbsent: boolean;
}

/** Delegated permissions. @param account undefined while the token's account is not known: grants to any account count */
export async function askedScopes(
  directory: Directory,
  client: ServicePrincipal,
  wanted: readonly RequestedPermissions[],
  account: string | undefined,
): Promise<Asked[]> {
  const grants = await directory.grantsTo(client);
  const toEverybody = grants.filter(({ principalId }) => principalId === null);
  return await asked(directory, wanted, "Scope", ({ id, value }, resource) => {
    const holds = (some: readonly Grant[]) =>
      resource !== undefined && scopesIn(some, resource.id, account).includes(value);
    return {
      grantedTo: holds(toEverybody) ? "everybody" : holds(grants) ? "account" : undefined,
      administrator: resource?.oauth2PermissionScopes.find((scope) => scope.id === id)?.type === "Admin",
    };
  });
}

export async function askedRoles(
  directory: Directory,
  client: ServicePrincipal,
  wanted: readonly RequestedPermissions[],
): Promise<Asked[]> {
  const assignments = await directory.rolesOf(client);
  return await asked(directory, wanted, "Role", ({ id }, resource) => ({
    grantedTo: assignments.some(({ appRoleId, resourceId }) => appRoleId === id && resourceId === resource?.id)
      ? "everybody"
      : undefined,
    administrator: true,
  }));
}

async function asked(
  directory: Directory,
  wanted: readonly RequestedPermissions[],
  kind: PublishedPermission["type"],
  judge: (
    permission: PublishedPermission,
    resource: ServicePrincipal | undefined,
  ) => Pick<Asked, "grantedTo" | "administrator">,
): Promise<Asked[]> {
  const all = wanted.map(async ({ resource, resourceAppId, permissions }) => {
    const principal = await directory.principalOf(resourceAppId);
    const ofKind = permissions.filter(({ type }) => type === kind);
    const ofResource = { resourceAppId, isResourceAbsent: principal === undefined };
    return ofKind.map((one) => ({ name: `${resource} ${one.value}`, ...judge(one, principal), ...ofResource }));
  });
  return (await Promise.all(all)).flat();
}

/**
 * Names of the delegated permissions of a resource that are granted.
 * @param resourceId object id of its service principal
 * @param account undefined: grants to any account count
 */
export function scopesIn(grants: readonly Grant[], resourceId: string, account: string | undefined): string[] {
  const concerns = (one: Grant) => one.principalId === null || account === undefined || one.principalId === account;
  return grants.filter((one) => one.resourceId === resourceId && concerns(one)).flatMap(scopesOf);
}
