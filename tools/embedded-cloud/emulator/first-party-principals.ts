import type { Origins, Tenant } from "./context";
import { newServicePrincipal, publishedPermissions } from "./directory-objects";
import {
  azureAdGraph,
  exchangeOnline,
  keyVault,
  microsoftGraph,
  partnerCenter,
  resourceManager,
  type FirstPartyApplication,
} from "./first-party";
import { secretHash } from "./secret-hash";

/** The tenant that owns Microsoft's first-party applications. */
const microsoftTenant = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

/** Creates a tenant's service principals of Microsoft's own applications. */
export function addFirstPartyPrincipals(tenant: Tenant, origins: Origins, created: string): void {
  const withOrigin: [FirstPartyApplication, string | undefined][] = [
    [azureAdGraph, origins.azureAdGraph],
    [microsoftGraph, origins.microsoftGraph],
    [partnerCenter, origins.partnerCenter],
    [resourceManager, origins.resourceManager],
    [keyVault, undefined],
    [exchangeOnline, undefined],
  ];
  for (const [resource, origin] of withOrigin) {
    const id = firstPartyPrincipalId(tenant.id, resource.appId);
    tenant.servicePrincipals.set(id, {
      ...newServicePrincipal({ ...resource, id, appOwnerOrganizationId: microsoftTenant }, created),
      ...publishedPermissions(resource),
      servicePrincipalNames: origin === undefined ? [resource.appId] : [resource.appId, origin],
    });
  }
}

/** Object id of a first-party service principal: it differs by tenant, and is the same at every start. */
export function firstPartyPrincipalId(tenantId: string, appId: string): string {
  const digest = Buffer.from(secretHash(`${tenantId}/${appId}`), "base64url").toString("hex");
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
