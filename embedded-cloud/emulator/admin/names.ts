/** Names for ids, because readers cannot interpret ids. */
import type { TenantState } from "./state";

/** A user or service principal of a tenant; the id of anything else. */
export function principalName(tenant: TenantState, id: string): string {
  const user = tenant.users.find((candidate) => candidate.id === id)?.userPrincipalName;
  return user ?? tenant.servicePrincipals.find((candidate) => candidate.id === id)?.displayName ?? id;
}

/** "Microsoft Graph: User.Read (delegated)". */
export function permissionNames(
  { servicePrincipals }: TenantState,
  access: TenantState["applications"][number]["requiredResourceAccess"],
): string[] {
  return access.flatMap(({ resourceAppId, resourceAccess }) => {
    const resource = servicePrincipals.find(({ appId }) => appId === resourceAppId);
    const known = [...(resource?.appRoles ?? []), ...(resource?.oauth2PermissionScopes ?? [])];
    return resourceAccess.map(({ id, type }) => {
      const permission = known.find((candidate) => candidate.id === id)?.value ?? id;
      const kind = type === "Role" ? "application" : "delegated";
      return `${resource?.displayName ?? resourceAppId}: ${permission} (${kind})`;
    });
  });
}
