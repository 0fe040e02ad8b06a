/** Customers in columns: tenant, domain, name. */
import type { Customer } from "../../lib/partner-center/customers";
import { harmlessLine } from "../../lib/errors/harmless";

export function customerLines(customers: readonly Customer[]): string[] {
  const width = customers.reduce((most, { domain }) => Math.max(most, domain.length), 0);
  return customers.map(({ tenantId, domain, name }) =>
    `${tenantId}  ${harmlessLine(domain).padEnd(width)}  ${harmlessLine(name)}`.trimEnd(),
  );
}

/** "1 customer", "1,234 customers" */
export const customersOf = (count: number): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? "customer" : "customers"}`;

/** Those that have a text in id, domain or name, however it is written. */
export function filteredBy(text: string | undefined): (customer: Customer) => boolean {
  const wanted = (text ?? "").trim().toLowerCase();
  return ({ tenantId, domain, name }) => [tenantId, domain, name].some((one) => one.toLowerCase().includes(wanted));
}
