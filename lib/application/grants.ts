/** The requested permissions that are granted: delegated permissions by grants, others by role assignments. */
import type { ServicePrincipal } from "./applications";
import { type Directory, type Grant, scopesOf } from "./directory";
import type { DeclaredResource, PublishedPermission, RequestedPermission } from "./permissions";

export interface Asked {
  /** e.g. Partner Center user_impersonation */
  name: string;
  /** An application permission is granted to the whole tenant. undefined: to no account that matters. */
  grantedTo: "everybody" | "account" | undefined;
  administrator: boolean;
  resourceAppId: string;
  isResourceAbsent: boolean;
}

/** Delegated permissions. @param account undefined while it is not known: grants to any account count */
export async function askedScopes(
  directory: Directory,
  client: ServicePrincipal,
  wanted: readonly RequestedPermission[],
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
  wanted: readonly RequestedPermission[],
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
  wanted: readonly RequestedPermission[],
  kind: PublishedPermission["type"],
  judge: (
    permission: PublishedPermission,
    resource: ServicePrincipal | undefined,
  ) => Pick<Asked, "grantedTo" | "administrator">,
): Promise<Asked[]> {
  const ofKind = wanted.filter(({ type }) => type === kind);
  const all = ofKind.map(async ({ resource, resourceAppId, ...one }) => {
    const principal = await directory.principalOf(resourceAppId);
    const ofResource = { resourceAppId, isResourceAbsent: principal === undefined };
    return { name: `${resource} ${one.value}`, ...judge(one, principal), ...ofResource };
  });
  return await Promise.all(all);
}

/** @param resourceId object id of its service principal @param account undefined: any account counts */
export function scopesIn(grants: readonly Grant[], resourceId: string, account: string | undefined): string[] {
  const concerns = (one: Grant) => one.principalId === null || account === undefined || one.principalId === account;
  return grants.filter((one) => one.resourceId === resourceId && concerns(one)).flatMap(scopesOf);
}

/** The permissions granted to an account or to everybody. @throws ApiError, CredentialError if not readable */
export async function grantedPart(
  directory: Directory,
  clientId: string,
  wanted: readonly DeclaredResource[],
  accountId: string,
): Promise<DeclaredResource[]> {
  const client = await directory.principalOf(clientId);
  const grants = client === undefined ? [] : await directory.grantsTo(client);
  const all = wanted.map(async ({ scopes, ...resource }) => {
    const principal = await directory.principalOf(resource.resourceAppId);
    const held = principal === undefined ? [] : scopesIn(grants, principal.id, accountId);
    return { ...resource, scopes: scopes.filter((name) => held.includes(name)) };
  });
  return (await Promise.all(all)).filter(({ scopes }) => scopes.length > 0);
}
