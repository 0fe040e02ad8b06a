/** Whether the service account has its roles in a customer's tenant through relationships (GDAP), and for how long. */
import { lifetimeOf } from "../../lib/consent/lifetime";
import { az, byPerson, ownCommand, run } from "../../lib/errors/failure";
import { CustomerConsentError } from "../terminal/exit-code";
import type { CustomerResult } from "./consent-one";
import { ending, type Relationship } from "./relationships";

/**
 * @param roles that the account is to have, by name
 * @param warnDays before the end of a relationship
 * @param argv the options that look for the same again
 */
export function judgeAccess(
  customer: string,
  relationships: readonly Relationship[],
  { roles, warnDays, argv }: { roles: readonly string[]; warnDays: number; argv: readonly string[] },
): CustomerResult {
  const held = new Set(relationships.flatMap((one) => one.held));
  const lacks = roles.filter((role) => !held.has(role));
  if (lacks.length > 0) {
    const what = `The service account lacks roles at customer ${customer}: ${lacks.join(", ")}.`;
    const why =
      held.size === 0
        ? "No active relationship (GDAP) gives it any, through a group that it is in."
        : `Its groups have ${[...held].join(", ")}.`;
    return {
      outcome: "lacking",
      failure: new CustomerConsentError("customer-access-lacking", { what, why }, ...renewed(customer, argv)),
    };
  }
  const lasting = new Set(relationships.filter((one) => isLasting(one, warnDays)).flatMap((one) => one.held));
  const findings = relationships.flatMap((one) => {
    const lost = one.held.filter((role) => !lasting.has(role));
    return lost.length === 0 ? [] : [{ kind: "ends" as const, state: "warning" as const, what: endOf(one, lost) }];
  });
  return findings.length === 0 ? { outcome: "ok" } : { outcome: "ending", findings };
}

const renewed = (customer: string, argv: readonly string[]) => [
  run(
    "Add it to the group that has them, then look again",
    az("ad", "group", "member", "add", "--group", "<group>", "--member-id", "<object id>"),
    ownCommand("customers", "check", customer, ...argv),
  ),
  byPerson(
    "Where no relationship has them, ask the customer for one in Partner Center; what there is",
    ownCommand("customers", "list", "--access", "--filter", customer),
  ),
];

function isLasting({ status, endsOn, extended }: Relationship, warnDays: number): boolean {
  if (status !== "active") return false;
  return extended || lifetimeOf(endsOn === "" ? undefined : new Date(endsOn), warnDays) === "ok";
}

function endOf({ name, status, endsOn }: Relationship, roles: readonly string[]): string {
  const when = ending.includes(status) ? `is ${status}` : `ends on ${endsOn.slice(0, 10)}`;
  return `The relationship "${name}" ${when}, and is the last with ${roles.join(", ")}. Ask the customer for another one in Partner Center, or have this one extended.`;
}
