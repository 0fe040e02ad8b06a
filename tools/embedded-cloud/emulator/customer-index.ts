import type { Customer } from "./context";

interface Index {
  length: number;
  byName: Map<string, Customer>;
}

const indexes = new WeakMap<readonly Customer[], Index>();

/** Finds a customer by id or domain, equally fast for three and for ten thousand customers. */
export function findCustomer(customers: readonly Customer[], idOrDomain: string): Customer | undefined {
  let index = indexes.get(customers);
  if (index?.length !== customers.length) {
    const names = customers.flatMap((one): [string, Customer][] => [
      [one.companyProfile.domain.toLowerCase(), one],
      [one.id, one],
    ]);
    index = { length: customers.length, byName: new Map(names) };
    indexes.set(customers, index);
  }
  return index.byName.get(idOrDomain.toLowerCase());
}
