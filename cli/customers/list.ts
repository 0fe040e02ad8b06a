/** `customers list`: the partner's customers and, with an option, what the service account can do there. */
import { type Customer, customerPages } from "../../lib/partner-center/customers";
import { Failure, partsOf } from "../../lib/errors/failure";
import { type Access, accessLines, accessTo } from "./access";
import { CustomerConsentError } from "./errors";
import { declaredBy, type GrantOptions } from "./grants";
import { partnerOf, type PartnerOptions } from "./partner";
import { readRelationships } from "./relationships";
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
  const { grants } = await declaredBy(options);
  const partner = await partnerOf(options);
  const isWanted = filteredBy(options.filter);
  let isUnreadable = false;
  const relationshipsWith = options.access
    ? await readRelationships(partner).catch((error: unknown) => {
        // The rest is shown all the same.
        isUnreadable = error instanceof CustomerConsentError;
        if (isUnreadable) printProblem(error);
        else if (error instanceof Failure && error.code === "relationships-not-served") printNote(partsOf(error).what);
        else throw error;
        return undefined;
      })
    : undefined;
  const looked = async (one: Customer): Promise<Listed> =>
    options.access ? { ...one, access: await accessTo(partner, one.tenantId, relationshipsWith, grants) } : one;
  const customers: Listed[] = [];
  for await (const page of customerPages(partner.api)) {
    const found = await Promise.all(page.filter(isWanted).map(looked));
    if (options.jsonLines) for (const one of found) printData("", one);
    else customers.push(...found);
  }
  const lines = customerLines(customers).flatMap((line, index) => {
    const access = customers[index]?.access;
    return [line, ...(access === undefined ? [] : accessLines(partner, access))];
  });
  if (!options.jsonLines) printData(lines.join("\n"), options.json ? customers : undefined);
  if (isUnreadable) throw new ExitWith(exitCodes.consentNeeded);
}
