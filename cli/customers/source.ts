/** The partner's customers: from Partner Center, or from Microsoft Graph, which also serves indirect resellers. */
import * as v from "valibot";
import { ApiError, onStatus } from "../../lib/azure/api";
import { guid } from "../../lib/config/limits";
import { byPerson, ownCommand, sentence } from "../../lib/errors/failure";
import { type Customer, customerPages } from "../../lib/partner-center/customers";
import { listCustomers, PartnerCenterError } from "../../lib/partner-center/errors";
import { CustomerError, UsageError } from "../terminal/exit-code";
import { printNote } from "../terminal/output";
import { lacking, relationshipGraphOf } from "./graph";
import type { InGraph, Partner } from "./partner";

/** The value of `--from` for them; a file of this name is `./graph`. */
export const graphSource = "graph";

/** @throws UsageError for any other one: a list has no file */
export function requireGraphSource(from: string | undefined): void {
  if (from === undefined || from === graphSource) return;
  throw new UsageError(`--from ${from} is no source of a list.`, sentence("Write `--from graph`, or leave it out."));
}

const text = v.nullish(v.string(), "");
// It becomes a tenant in an address, and a file's name.
const tenant = v.pipe(v.string(), v.regex(guid));
/** Source: learn.microsoft.com/graph/api/resources/delegatedadmincustomer. */
const delegatedCustomer = v.object({ tenantId: tenant, displayName: text });
/** Source: learn.microsoft.com/graph/api/resources/contract. */
const contract = v.object({ customerId: tenant, defaultDomainName: text, displayName: text });

/**
 * Partner Center's number for a partner without access is followed by Graph. Another refusal is not: Graph may have
 * fewer customers, and a check of those would seem to be one of all.
 * @throws PartnerCenterError, HttpFailure; CustomerError and Failure as relationshipGraphOf()
 */
export async function* customersIn(partner: Partner, from?: string): AsyncGenerator<Customer[]> {
  if (from !== graphSource) {
    try {
      yield* customerPages(partner.api);
      return;
    } catch (error) {
      if (!(error instanceof PartnerCenterError) || error.status !== 403) throw error;
      if (!error.isWithoutAccess) throw namingGraph(error);
      partner.isWithoutAccess = Promise.resolve(true);
      printNote(`${error.what} The customers come from Microsoft Graph.`);
    }
  }
  const { customers, lacks } = await customersInGraph(partner);
  if (lacks !== undefined) printNote(lacks);
  yield customers;
}

/** Whether Partner Center refuses every request of this partner, asked once: then only a customer's administrator consents. */
export const isWithoutAccess = (partner: Partner): Promise<boolean> =>
  (partner.isWithoutAccess ??= customerPages(partner.api, 1)
    .next()
    .then(() => false)
    .catch((error: unknown) => error instanceof PartnerCenterError && error.isWithoutAccess));

export const noCustomer = (tenantId: string): CustomerError =>
  new CustomerError("customer-unknown", `${tenantId} is not a customer of this partner.`, listCustomers);

/**
 * In place of Partner Center's 404. A list that cannot be read says nothing, and is asked for once.
 * @returns a sentence if a list that may lack customers does not have it @throws CustomerError if the whole list does not
 */
export async function requireCustomerInGraph(partner: Partner, tenantId: string): Promise<string | undefined> {
  const known = await customersInGraph(partner).catch(() => undefined);
  const isIt = (one: Customer) => one.tenantId.toLowerCase() === tenantId.toLowerCase();
  if (known === undefined || known.customers.some(isIt)) return undefined;
  if (known.lacks === undefined) throw noCustomer(tenantId);
  return "Microsoft Graph's list, which may lack customers, does not have this one.";
}

const resellers = byPerson(
  "Microsoft gives indirect resellers no access to Partner Center's API: see whether Microsoft Graph lists the customers",
  ownCommand("customers", "list", "--from", graphSource),
);

const namingGraph = ({ status, number, what, why, fixes }: PartnerCenterError): PartnerCenterError =>
  new PartnerCenterError(status, number, { what, why, fixes: [...fixes, resellers] });

const lacksContracts =
  "Microsoft Graph shows no domains, and only customers with an active relationship (GDAP): its contracts take the delegated " +
  "permission Directory.Read.All (setting permissions.extra), and the role Directory Readers of the service account.";

/** Reads them once. */
const customersInGraph = (partner: Partner): Promise<InGraph> => (partner.inGraph ??= readCustomers(partner));

/** Partnerships have domains, and customers without a relationship; they take one more permission, and a role. */
async function readCustomers(partner: Partner): Promise<InGraph> {
  const unread = "The customers are not read from Microsoft Graph";
  const graph = await relationshipGraphOf(partner, unread);
  const [related, contracts] = await Promise.all([
    graph.list("/v1.0/tenantRelationships/delegatedAdminCustomers?$top=300", delegatedCustomer),
    graph.list("/v1.0/contracts", contract).catch(onStatus(undefined, 403)),
  ]).catch((error: unknown) => {
    throw error instanceof ApiError && error.status === 403 ? lacking(unread) : error;
  });
  const found = new Map<string, Customer>();
  for (const { customerId, defaultDomainName: domain, displayName: name } of contracts ?? [])
    found.set(customerId.toLowerCase(), { tenantId: customerId, domain, name });
  for (const { tenantId, displayName } of related) {
    const { domain = "", name = "" } = found.get(tenantId.toLowerCase()) ?? {};
    // A contract has the name of its beginning.
    found.set(tenantId.toLowerCase(), { tenantId, domain, name: displayName === "" ? name : displayName });
  }
  return { customers: [...found.values()], lacks: contracts === undefined ? lacksContracts : undefined };
}
