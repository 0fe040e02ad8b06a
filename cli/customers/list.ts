/** `customers list`: the partner's customers and, with an option, what the service account can do there. */
import { type Customer, customerPages } from "../../lib/partner-center/customers";
import { Failure, partsOf } from "../../lib/errors/failure";
import { type Access, accessLines, accessTo } from "./access";
import { CustomerConsentError } from "./errors";
import { type GrantOptions, grantsOf } from "./grants";
import { type Partner, partnerOf, type PartnerOptions } from "./partner";
import { Relationships } from "./relationships";
import { customerLines, filteredBy } from "./table";
import { exitCodes, ExitWith } from "../terminal/exit-code";
import { printData, printNote, printProblem } from "../terminal/output";

export interface ListOptions extends PartnerOptions, GrantOptions {
  /** A part of the id, domain or name. */
  filter?: string;
  jsonLines?: boolean;
  access?: boolean;
}

type Listed = Customer & { access?: Access };

export async function printCustomers(options: ListOptions): Promise<void> {
  const grants = await grantsOf(options);
  const partner = await partnerOf(options);
  const isWanted = filteredBy(options.filter);
  const relationships = options.access ? await relationshipsOf(partner) : undefined;
  const looked = async (one: Customer): Promise<Listed> =>
    options.access ? { ...one, access: await accessTo(partner, one, relationships?.found, grants) } : one;
  const customers: Listed[] = [];
  for await (const page of customerPages(partner.api)) {
    const found = await Promise.all(page.filter(isWanted).map(looked));
    if (options.jsonLines) for (const one of found) printData("", one);
    else customers.push(...found);
  }
  if (!options.jsonLines) printData(linesOf(partner, customers).join("\n"), options.json ? customers : undefined);
  if (relationships?.exitCode !== undefined) throw new ExitWith(relationships.exitCode);
}

function linesOf(partner: Partner, customers: readonly Listed[]): string[] {
  const lines = customerLines(customers);
  return customers.flatMap(({ access }, index) => [
    ...lines.slice(index, index + 1),
    ...(access === undefined ? [] : accessLines(partner, access)),
  ]);
}

/** If they cannot be read, the reason is printed, and the rest is shown. */
async function relationshipsOf(partner: Partner) {
  try {
    return { found: await Relationships.read(partner), exitCode: undefined };
  } catch (error) {
    if (error instanceof CustomerConsentError) printProblem(error);
    else if (error instanceof Failure && error.code === "relationships-not-served") printNote(partsOf(error).what);
    else throw error;
    return { found: undefined, exitCode: error instanceof CustomerConsentError ? exitCodes.consentNeeded : undefined };
  }
}
