/** Verdict on the account's roles at a customer by relationships (GDAP), and on their ends. */
import { lifetimeOf } from "../../lib/credential/lifetime";
import { az, byPerson, ownCommand, run } from "../../lib/errors/failure";
import { CustomerError } from "../terminal/exit-code";
import type { CustomerResult } from "./consent-one";
import { ending, type Relationship } from "./relationships";

/** @param roles names of roles @param warnDays days before an end @param argv the options that check again */
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
        ? "No active relationship (GDAP) gives one of its groups a role."
        : `Its groups have ${[...held].join(", ")}.`;
    const joining = run(
      "Add it to the group that has them, then check again",
      az("ad", "group", "member", "add", "--group", "<group>", "--member-id", "<object id>"),
      ownCommand("customers", "check", customer, ...argv),
    );
    const asking = byPerson(
      "If no relationship has them, request one in Partner Center. To list those that exist",
      ownCommand("customers", "list", "--access", "--filter", customer),
    );
    const failure = new CustomerError("customer-access-lacking", { what, why }, joining, asking);
    return { outcome: "lacking", failure };
  }
  const isLasting = ({ status, endsOn, extended }: Relationship) =>
    status === "active" && (extended || lifetimeOf(endsOn === "" ? undefined : new Date(endsOn), warnDays) === "ok");
  const lasting = new Set(relationships.filter(isLasting).flatMap((one) => one.held));
  const findings = relationships.flatMap(({ name, status, endsOn, held: own }) => {
    const lost = own.filter((role) => !lasting.has(role));
    if (lost.length === 0) return [];
    const when = ending.includes(status) ? `is ${status}` : `ends on ${endsOn.slice(0, 10)}`;
    const what =
      `The relationship "${name}" ${when}, and no other one has ${lost.join(", ")}. ` +
      "Request another one in Partner Center, or extend this one.";
    return [{ kind: "ends" as const, state: "warning" as const, what }];
  });
  return findings.length === 0 ? { outcome: "ok" } : { outcome: "ending", findings };
}
