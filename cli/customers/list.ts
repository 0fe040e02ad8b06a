/** `customers list`: the customers and, with an option, what the account can do there. */
import { type Customer, customerPages } from "../../lib/partner-center/customers";
import { namesOf } from "../../lib/token/prove-grants";
import { hasCode, partsOf } from "../../lib/errors/failure";
import { messageOf } from "../../lib/errors/text";
import type { ApplicationGrant } from "../../lib/partner-center/application-consents";
import { nameOf } from "../redemption/resources";
import { grantedAt } from "./granted";
import { declaredBy, type GrantOptions } from "./grants";
import { type Partner, partnerOf, type PartnerOptions } from "./partner";
import { readRelationships, type Relationship } from "./relationships";
import { customerLines } from "./selection";
import { exitCodes, ExitWith } from "../terminal/exit-code";
import { printData, printNote, printProblem } from "../terminal/output";

export interface ListOptions extends PartnerOptions, GrantOptions {
  filter?: string;
  jsonLines?: boolean;
  access?: boolean;
}

/** What the account can do there; null for what is unknown, and why. */
interface Access {
  relationships: Relationship[] | null;
  /** By redemptions there, of the requested resources. */
  granted: ApplicationGrant[] | null;
  problems: string[];
}

type Listed = Customer & { access?: Access };

export async function printCustomers(options: ListOptions): Promise<void> {
  const { grants } = await declaredBy(options);
  const partner = await partnerOf(options);
  const wanted = (options.filter ?? "").trim().toLowerCase();
  const isWanted = ({ tenantId, domain, name }: Customer) =>
    [tenantId, domain, name].some((one) => one.toLowerCase().includes(wanted));
  let isUnreadable = false as boolean;
  const relationshipsWith = options.access
    ? await readRelationships(partner).catch((error: unknown) => {
        // The rest is shown all the same.
        isUnreadable = hasCode(error, "relationships-unreadable");
        if (isUnreadable) printProblem(error);
        else if (hasCode(error, "relationships-not-served")) printNote(partsOf(error).what);
        else throw error;
        return undefined;
      })
    : undefined;
  const looked = async (one: Customer): Promise<Listed> => {
    if (!options.access) return one;
    const problems: string[] = [];
    const noted = (error: unknown) => {
      problems.push(messageOf(partsOf(error)));
      return null;
    };
    const [relationships = null, granted] = await Promise.all([
      relationshipsWith?.(one.tenantId).catch(noted),
      grantedAt(partner, one.tenantId, grants).catch(noted),
    ]);
    return { ...one, access: { relationships, granted, problems } };
  };
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

function accessLines({ cloud }: Partner, { relationships, granted, problems }: Access): string[] {
  const of = (relationships ?? []).flatMap(({ name, status, endsOn, extended, roles, held }) => [
    `  ${status}${endWords(status, endsOn)}${extended ? ", then extended" : ""}, ${name}: ${roles.join(", ")}`,
    ...(status === "active" ? [`    ${heldWords(roles, held)}`] : []),
  ]);
  const none = relationships?.length === 0 ? ["  no granular relationship"] : [];
  const scopes = (granted ?? [])
    .filter((one) => one.scopes.length > 0)
    .map((one) => ({ resource: nameOf(cloud, one.resourceAppId) ?? one.resourceAppId, scopes: [...one.scopes] }));
  const there = granted === null ? [] : [`  granted there: ${scopes.length === 0 ? "nothing" : namesOf(scopes)}`];
  return [...of, ...none, ...there, ...problems.map((problem) => `  not known: ${problem}`)];
}

/** A relationship that the customer has not approved yet has no end. */
function endWords(status: string, endsOn: string): string {
  if (endsOn === "") return "";
  const isOver = status === "expired" || status === "terminated";
  return ` ${isOver ? "since" : "until"} ${endsOn.slice(0, 10)}`;
}

function heldWords(roles: readonly string[], held: readonly string[]): string {
  if (held.length === 0) return "the service account is in no group that has one of these roles";
  const isAll = roles.every((role) => held.includes(role));
  return `the service account has ${isAll ? "all of them" : held.join(", ")}, through its groups`;
}
