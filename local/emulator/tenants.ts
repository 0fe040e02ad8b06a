import type { CloudName } from "./clouds";
import type { Origins, Tenant } from "./context";
import { addFirstPartyPrincipals } from "./first-party-principals";
import { furnishPartner } from "./partner-tenant";
import { seeds, tenantSeeds, type TenantSeed } from "./seeds";

/**
 * The seeded tenants of one cloud, by id.
 *
 * @param now milliseconds since the epoch: creation time of every object
 */
export function createTenants(cloud: CloudName, origins: Origins, now: number): Map<string, Tenant> {
  const created = new Date(now).toISOString();
  const tenants = new Map<string, Tenant>();
  for (const seed of tenantSeeds.filter((candidate) => candidate.cloud === cloud)) {
    const tenant = emptyTenant(seed);
    addFirstPartyPrincipals(tenant, origins, created);
    if (seed.id === seeds.partner.id) furnishPartner(tenant, created);
    tenants.set(tenant.id, tenant);
  }
  return tenants;
}

function emptyTenant(seed: TenantSeed): Tenant {
  return {
    id: seed.id,
    displayName: seed.displayName,
    domains: seed.domains.map((id, index) => ({
      id,
      isVerified: true,
      isInitial: index === 1,
      isDefault: index === 0,
    })),
    users: new Map(),
    groups: new Map(),
    applications: new Map(),
    servicePrincipals: new Map(),
    owners: new Map(),
    grants: new Map(),
    appRoleAssignments: new Map(),
    deleted: new Map(),
    customers: [],
    subscriptions: new Map(),
  };
}
