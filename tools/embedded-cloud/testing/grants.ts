/** What an application was granted in the seeded partner's tenant. */
import type { Tenant } from "../emulator/context";
import type { Emulator } from "../emulator/emulator";
import { partnerTenant, type RegisteredApplication } from "./applications";

export interface ShownGrant {
  type: "AllPrincipals" | "Principal";
  principal: string | null;
  resource: string | null | undefined;
  scope: string;
}

/** Delegated permissions, in the order in which they were granted. */
export function grantsOf(
  cloud: Emulator,
  { clientId }: RegisteredApplication,
  tenant: Tenant = partnerTenant(cloud),
): ShownGrant[] {
  const client = principal(tenant, clientId);
  return [...tenant.grants.values()]
    .filter((grant) => grant.clientId === client?.id)
    .map(({ resourceId, consentType, principalId, scope }) => ({
      type: consentType,
      principal: principalId,
      resource: tenant.servicePrincipals.get(resourceId)?.displayName,
      scope,
    }));
}

/** Application permissions, as "resource: name". */
export function rolesOf(
  cloud: Emulator,
  { clientId }: RegisteredApplication,
  tenant: Tenant = partnerTenant(cloud),
): string[] {
  const client = principal(tenant, clientId);
  return [...tenant.appRoleAssignments.values()]
    .filter(({ principalId }) => principalId === client?.id)
    .map(({ resourceId, appRoleId }) => {
      const resource = tenant.servicePrincipals.get(resourceId);
      return `${resource?.displayName ?? resourceId}: ${resource?.appRoles.find(({ id }) => id === appRoleId)?.value ?? appRoleId}`;
    });
}

const principal = (tenant: Tenant, clientId: string) =>
  [...tenant.servicePrincipals.values()].find(({ appId }) => appId === clientId);
