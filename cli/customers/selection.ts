/** Selects customers: all, a file's, or by tenant id, domain or name. */
import { isGuid } from "../../lib/config/limits";
import { byPerson, Failure, ownCommand, sentence } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { EntraError } from "../../lib/oauth/aadsts";
import type { Customer } from "../../lib/partner-center/customers";
import { listCustomers } from "../../lib/partner-center/errors";
import { CustomerError, UsageError } from "../terminal/exit-code";
import { isDomain, tenantIdOf } from "../redemption/partner-token";
import type { Partner } from "./partner";
import { customersIn, graphSource } from "./source";
import { namesInTable } from "./table-file";

export interface SelectionOptions {
  all?: boolean;
  /** A file, or {@link graphSource}. */
  from?: string;
  /** The option that gave `from`; default --from. */
  fromOption?: string;
}

export interface Selection {
  /** Customers without duplicates. */
  customers: readonly Customer[];
  /** Names that match no customer, or several. */
  unknown: readonly { named: string; failure: Failure }[];
}

/** @throws UsageError unless customers are given in exactly one way: names, a file, or all */
export function requireSelection(named: readonly string[], { all, from }: SelectionOptions): void {
  const ways = [named.length > 0, all, from !== undefined].filter(Boolean).length;
  if (ways === 1) return;
  const what = ways === 0 ? "No customer was named." : "Customers were named in more than one way.";
  const way = sentence("Name customers, give a file of them, or ask for all.");
  throw new UsageError(what, way, listCustomers);
}

/** @throws UsageError; PartnerCenterError, HttpFailure if the customers must be listed */
export async function selectCustomers(
  partner: Partner,
  named: readonly string[],
  options: SelectionOptions,
): Promise<Selection> {
  const { all, from } = options;
  if (all || from === graphSource) return { customers: await everyCustomer(partner, from), unknown: [] };
  return await findCustomers(partner, from === undefined ? named : await namesInTable(from, options.fromOption));
}

/** Without duplicates: Partner Center lists a customer twice for a partner that is both direct and indirect. */
export async function everyCustomer(partner: Partner, from?: string): Promise<Customer[]> {
  const seen = new Map<string, Customer>();
  for await (const page of customersIn(partner, from))
    for (const customer of page) seen.set(customer.tenantId.toLowerCase(), customer);
  return [...seen.values()];
}

/** Looks up a few domains; finds many, and names, in the list of all customers. */
async function findCustomers(partner: Partner, named: readonly string[]): Promise<Selection> {
  const names = new Map(named.map((name) => [plain(name), name]));
  const others = [...names.keys()].filter((name) => !isGuid(name));
  const domains = others.filter(isDomain);
  const isFew = domains.length === others.length && domains.length <= partner.redemptions;
  const early = await atEntra(partner, isFew ? domains : []);
  const left = new Set(others.filter((name) => name !== "" && !early.has(name)));
  const known = left.size === 0 ? new Map<string, Customer[]>() : await matching(partner, left);
  const late = await atEntra(partner, isFew ? [] : domains.filter((domain) => !known.has(domain)));
  const customers = new Map<string, Customer>();
  const unknown: { named: string; failure: Failure }[] = [];
  for (const [name, as] of names) {
    const one = early.get(name) ?? late.get(name) ?? onlyOne(name, as, known.get(name) ?? []);
    if (one instanceof Failure) unknown.push({ named: as, failure: one });
    else customers.set(one.tenantId, one);
  }
  return { customers: [...customers.values()], unknown };
}

const plain = (text: string): string => text.trim().toLowerCase();

/** Matches domains and names; a company name with a domain's form is ignored, because it may be another customer's domain. */
async function matching(partner: Partner, wanted: ReadonlySet<string>): Promise<Map<string, Customer[]>> {
  const known = new Map<string, Customer[]>();
  for (const customer of await everyCustomer(partner)) {
    const { domain, name: company } = customer;
    const names = isDomain(plain(company)) ? [domain] : [domain, company];
    for (const name of new Set(names.map(plain)))
      if (wanted.has(name)) known.set(name, [...(known.get(name) ?? []), customer]);
  }
  return known;
}

/** Asks Entra, because a tenant has more domains than Partner Center shows. @returns the domains that belong to a tenant */
async function atEntra({ cloud, redeeming }: Partner, domains: readonly string[]): Promise<Map<string, Customer>> {
  const found = new Map<string, Customer>();
  const look = async (domain: string) => {
    try {
      const tenantId = await redeeming(() => tenantIdOf(cloud, domain, "--tenant"));
      found.set(domain, { tenantId, domain, name: "" });
    } catch (error) {
      if (!(error instanceof EntraError && error.remedy === "tenant")) throw error;
    }
  };
  await Promise.all(domains.map(look));
  return found;
}

/** @param name in lower case @param named as the user wrote it */
function onlyOne(name: string, named: string, matches: readonly Customer[]): Customer | Failure {
  if (isGuid(name)) return { tenantId: name, domain: "", name: "" };
  const [match, ...others] = matches;
  if (match === undefined) {
    const what = name === "" ? "A customer's name is empty." : `"${named}" is not a customer's id, domain or name.`;
    return new CustomerError("customer-unknown", what, listCustomers);
  }
  if (others.length === 0) return { ...match, tenantId: match.tenantId.toLowerCase() };
  const who = matches.map(({ tenantId, domain }) => `${tenantId} (${domain})`).join(", ");
  const what = `"${named}" is the name of ${matches.length} customers: ${who}.`;
  const fix = byPerson("Name the customer by its tenant id", ownCommand("customers", "list", "--filter", name));
  return new CustomerError("customer-ambiguous", what, fix);
}

/** Lines in columns: tenant, domain, name. */
export function customerLines(customers: readonly Customer[]): string[] {
  const width = customers.reduce((most, { domain }) => Math.max(most, domain.length), 0);
  return customers.map(({ tenantId, domain, name }) =>
    `${tenantId}  ${harmlessLine(domain).padEnd(width)}  ${harmlessLine(name)}`.trimEnd(),
  );
}

/** "1 customer", "1,234 customers" */
export const customersOf = (count: number): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? "customer" : "customers"}`;
