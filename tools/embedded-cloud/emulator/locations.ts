import { clouds, type CloudRow } from "./clouds";
import type { LocatedTenant } from "./cloud";
import type { Tenant } from "./context";
import { findCustomer } from "./customer-index";
import { allDirectories, allSeeds } from "./seeds";

/** A cloud that runs in this process. */
export interface RunningCloud {
  row: CloudRow;
  authority: string;
  tenants: ReadonlyMap<string, Tenant>;
}

/**
 * Finds a tenant by id or domain: in the cloud `asked`, in another one of this process, or among the seeds of
 * clouds that do not run.
 */
export function locate(
  asked: RunningCloud,
  running: readonly RunningCloud[],
  idOrDomain: string,
): LocatedTenant | undefined {
  const wanted = idOrDomain.toLowerCase();
  for (const cloud of running) {
    for (const tenant of cloud.tenants.values()) {
      if (
        !isNamed(
          wanted,
          tenant.id,
          tenant.domains.filter(({ isVerified }) => isVerified).map(({ id }) => id),
        )
      ) {
        continue;
      }
      const found = { id: tenant.id, home: cloud.row, homeAuthority: cloud.authority };
      return cloud === asked ? { ...found, directory: tenant } : found;
    }
  }
  return customerTenant(running, wanted) ?? tenantElsewhere(wanted);
}

const isNamed = (wanted: string, id: string, domains: readonly string[]): boolean =>
  id === wanted || domains.some((domain) => domain.toLowerCase() === wanted);

/** A customer is in its partner's cloud. */
function customerTenant(running: readonly RunningCloud[], wanted: string): LocatedTenant | undefined {
  for (const { row, authority, tenants } of running) {
    for (const { customers } of tenants.values()) {
      const customer = findCustomer(customers, wanted);
      if (customer !== undefined) return { id: customer.id, home: row, homeAuthority: authority };
    }
  }
  for (const { partner, customers } of allSeeds) {
    const customer = customers.find(({ id, domain }) => isNamed(wanted, id, [domain]));
    if (customer === undefined) continue;
    return { id: customer.id, home: clouds[partner.cloud] };
  }
  return undefined;
}

function tenantElsewhere(wanted: string): LocatedTenant | undefined {
  const seed = allDirectories.map(({ partner }) => partner).find(({ id, domains }) => isNamed(wanted, id, domains));
  return seed && { id: seed.id, home: clouds[seed.cloud] };
}
