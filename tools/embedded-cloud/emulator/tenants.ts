import type { CloudName } from "./clouds";
import type { Customer, Origins, Tenant } from "./context";
import { addFirstPartyPrincipals } from "./first-party-principals";
import { addPeople, furnishPartner } from "./partner-tenant";
import type { DirectorySeeds, TenantSeed } from "./seed-schema";
import { seedsOf } from "./seeds";

/** The seeded tenants, by id. @param now milliseconds since the epoch: creation time of every object */
export function createTenants(cloud: CloudName, origins: Origins, now: number): Map<string, Tenant> {
  const created = new Date(now).toISOString();
  const seeds = seedsOf(cloud);
  const directory = (of: DirectorySeeds): Tenant => {
    const tenant = emptyTenant(of.partner);
    addFirstPartyPrincipals(tenant, origins, created);
    addPeople(tenant, of, created);
    return tenant;
  };
  const partner = directory(seeds);
  furnishPartner(partner, seeds, created);
  return new Map([partner, ...seeds.otherPartners.map(directory)].map((tenant) => [tenant.id, tenant]));
}

/** An ordinary account may consent to every permission that needs no administrator. */
const ordinaryConsent = "ManagePermissionGrantsForSelf.microsoft-user-default-legacy";

/** A customer's tenant, of which nothing is kept but its subscriptions. */
export const customerTenant = ({ id, companyProfile: { companyName, domain }, subscriptions }: Customer): Tenant => ({
  ...emptyTenant({ id, displayName: companyName, domains: [domain, domain] }),
  domains: [{ id: domain, isVerified: true, isInitial: true, isDefault: true }],
  ...(subscriptions && { subscriptions }),
});

/** A directory without any objects. */
export function emptyTenant(seed: Pick<TenantSeed, "id" | "displayName" | "domains">): Tenant {
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
    roleMembers: new Map(),
    permissionGrantPolicies: [ordinaryConsent],
    appRoleAssignments: new Map(),
    deleted: new Map(),
    customers: [],
    subscriptions: new Map(),
  };
}
