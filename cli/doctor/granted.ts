/** Which of the requested permissions hold: delegated ones by grants, the application's own by role assignments. */
import type { RequestedPermissions } from "../../application/permissions";
import type { ServicePrincipal } from "../../application/applications";
import type { Directory, Grant } from "./directory";
import type { Facts } from "./facts";

/** A permission with what became of it. */
export interface Asked {
  /** e.g. Partner Center user_impersonation */
  name: string;
  granted: boolean;
  /** Whether only an administrator can grant it. */
  administrator: boolean;
}

/** Delegated ones: what sign-ins of the account carry. */
export async function askedScopes(facts: Facts, wanted: readonly RequestedPermissions[]): Promise<Asked[]> {
  const { directory, client } = await placeOf(facts);
  const grants = await directory.grantsTo(client);
  const account = (await facts.tokenTags())?.account;
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
export async function askedRoles(facts: Facts, wanted: readonly RequestedPermissions[]): Promise<Asked[]> {
  const { directory, client } = await placeOf(facts);
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

async function placeOf(facts: Facts): Promise<{ directory: Directory; client: ServicePrincipal }> {
  const directory = await facts.directory();
  const client = await directory.principalOf((await facts.clientId()) ?? "");
  if (client === undefined) throw new Error("the application has no service principal in this tenant");
  return { directory, client };
}

/** For everyone, or for the account; for anybody's while it is not known whose token it is. */
function scopesIn(grants: readonly Grant[], resource: ServicePrincipal, account: string | undefined): string[] {
  return grants
    .filter(({ resourceId }) => resourceId === resource.id)
    .filter(({ principalId }) => principalId === null || account === undefined || principalId === account)
    .flatMap(({ scope }) => scope.split(" "));
}

/** Names in a row; "none" for no name. */
export function namesOf(asked: readonly Asked[]): string {
  return asked.length === 0 ? "none" : asked.map(({ name }) => name).join(", ");
}
