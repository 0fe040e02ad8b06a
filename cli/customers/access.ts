/** What the service account can do for a customer: by the relationships with it, and by the consents there. */
import { textOf } from "../../lib/errors/text";
import { partsOf } from "../../lib/errors/failure";
import { namesOf } from "../../lib/consent/prove-grants";
import type { ApplicationGrant } from "../../lib/partner-center/application-consents";
import { nameOf } from "../redemption/resources";
import { grantedAt } from "./granted";
import type { Partner } from "./partner";
import type { Relationship, RelationshipsWith } from "./relationships";

export interface Access {
  /** Null where they could not be read. */
  relationships: Relationship[] | null;
  /** Scopes from redemptions there for the requested resources; null if it is refused for another reason. */
  granted: ApplicationGrant[] | null;
  /** Why one of them is unknown. */
  problems: string[];
}

/** @param relationshipsWith undefined where they cannot be read */
export async function accessTo(
  partner: Partner,
  tenantId: string,
  relationshipsWith: RelationshipsWith | undefined,
  grants: readonly ApplicationGrant[],
): Promise<Access> {
  const problems: string[] = [];
  const noted = (error: unknown) => {
    problems.push(textOf(partsOf(error)));
    return null;
  };
  const [relationships = null, granted] = await Promise.all([
    relationshipsWith?.(tenantId).catch(noted),
    grantedAt(partner, tenantId, grants).catch(noted),
  ]);
  return { relationships, granted, problems };
}

/** Lines below that of the customer. */
export function accessLines({ cloud }: Partner, { relationships, granted, problems }: Access): string[] {
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

/** One that the customer has not approved yet has no end. */
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
