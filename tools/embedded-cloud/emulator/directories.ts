/** Tenants as a service sees them: that of a token, and the directory that has its caller. */
import type { Context, Tenant } from "./context";
import { findCustomer } from "./customer-index";
import { customerTenant } from "./tenants";

export interface Directories {
  /** The token's tenant, with its subscriptions. */
  tenant: Tenant;
  /** The directory with the caller and its groups: of a partner's account in a customer's tenant, the partner's. */
  home: Tenant;
}

export function directoriesOf({ tenants }: Context, tenantId: string): Directories | undefined {
  const own = tenants.get(tenantId);
  if (own !== undefined) return { tenant: own, home: own };
  for (const home of tenants.values()) {
    const customer = findCustomer(home.customers, tenantId);
    if (customer !== undefined) return { tenant: customerTenant(customer), home };
  }
  return undefined;
}

/** Every tenant of the cloud that has subscriptions. */
export function tenantsWithSubscriptions({ tenants }: Context): Tenant[] {
  const partners = [...tenants.values()];
  const customers = partners.flatMap((partner) => partner.customers.filter(({ subscriptions }) => subscriptions));
  return [...partners, ...customers.map(customerTenant)];
}
