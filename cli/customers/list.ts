/** `customers list`: the customers and, with --access, the account's access there. */
import type { Customer } from "../../lib/partner-center/customers";
import { namesOf } from "../../lib/token/prove-grants";
import { type Failure, hasCode, partsOf } from "../../lib/errors/failure";
import { messageOf } from "../../lib/errors/text";
import type { ApplicationGrant } from "../../lib/partner-center/application-consents";
import { nameOf } from "../redemption/resources";
import { grantedAt } from "./granted";
import { declaredBy, type GrantOptions } from "./grants";
import { type Partner, partnerOf, type PartnerOptions } from "./partner";
import { readRelationships, type Relationship, type RelationshipsWith } from "./relationships";
import { customerLines } from "./selection";
import { customersIn, requireGraphSource } from "./source";
import { CustomerError, exitCodes } from "../terminal/exit-code";
import { printJsonLine, printNote, printProblem } from "../terminal/output";
import { printResult } from "../terminal/result";

export interface ListOptions extends PartnerOptions, GrantOptions {
  filter?: string;
  jsonLines?: boolean;
  access?: boolean;
  /** Where they come from; default: Partner Center, and Graph where that refuses the partner. */
  from?: string;
}

/** The account's access at a customer; a part that is null is unknown, and `problems` has the reason. */
interface Access {
  relationships: Relationship[] | null;
  /** Result of redemptions there, for the requested resources. */
  granted: ApplicationGrant[] | null;
  problems: string[];
}

type Listed = Customer & { access?: Access };

export async function printCustomers(options: ListOptions): Promise<void> {
  const { filter = "", access, jsonLines, from } = options;
  requireGraphSource(from);
  const { grants } = await declaredBy(options);
  const partner = await partnerOf(options);
  const wanted = filter.trim().toLowerCase();
  const isWanted = ({ tenantId, domain, name }: Customer) =>
    [tenantId, domain, name].some((one) => one.toLowerCase().includes(wanted));
  const relationships = access ? await readRelationships(partner).catch(notShown) : undefined;
  const exitCode = relationships instanceof CustomerError ? exitCodes.consentNeeded : exitCodes.fine;
  const looked = async (one: Customer): Promise<Listed> =>
    access ? { ...one, access: await accessAt(partner, one.tenantId, grants, relationships) } : one;
  const customers: Listed[] = [];
  for await (const page of customersIn(partner, from)) {
    const found = await Promise.all(page.filter(isWanted).map(looked));
    if (jsonLines) for (const one of found) await printJsonLine(one);
    else customers.push(...found);
  }
  const lines = customerLines(customers).flatMap((line, index) => {
    const there = customers[index]?.access;
    return [line, ...(there === undefined ? [] : accessLines(partner, there))];
  });
  printResult(options, { text: () => lines.join("\n"), document: jsonLines ? undefined : customers, exitCode });
}

/** Prints the reason why relationships are missing; the customers are listed all the same. */
function notShown(error: unknown): Failure {
  if (hasCode(error, "relationships-unreadable")) printProblem(error);
  else if (hasCode(error, "relationships-not-served")) printNote(error.what);
  else throw error;
  return error;
}

async function accessAt(
  partner: Partner,
  tenantId: string,
  grants: readonly ApplicationGrant[],
  relationshipsWith: RelationshipsWith | Failure | undefined,
): Promise<Access> {
  const problems: string[] = [];
  const noted = (error: unknown) => {
    problems.push(messageOf(partsOf(error)));
    return null;
  };
  const [relationships, granted] = await Promise.all([
    typeof relationshipsWith === "function" ? relationshipsWith(tenantId).catch(noted) : null,
    grantedAt(partner, tenantId, grants).catch(noted),
  ]);
  return { relationships, granted, problems };
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

/** @param endsOn "" for a relationship that the customer has not approved yet */
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
