/** Customers in columns: tenant, domain, name. */
import type { Customer } from "../../partner-center/customers";
import { harmlessLine } from "../../errors/harmless";

export function customerLines(customers: readonly Customer[]): string[] {
  const width = customers.reduce((most, { domain }) => Math.max(most, domain.length), 0);
  return customers.map(({ tenantId, domain, name }) =>
    `${tenantId}  ${harmlessLine(domain).padEnd(width)}  ${harmlessLine(name)}`.trimEnd(),
  );
}

/** Matches customers with a text in id, domain or name, ignoring case. */
export function filteredBy(text: string | undefined): (customer: Customer) => boolean {
  const wanted = (text ?? "").trim().toLowerCase();
  return ({ tenantId, domain, name }) => [tenantId, domain, name].some((one) => one.toLowerCase().includes(wanted));
}
