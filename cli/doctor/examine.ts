/** Runs the checks in order: a check that needs the result of a failed one is skipped. */
import { ApiError } from "../../lib/azure/api";
import { byPerson, ownCommand, partsOf, sentence } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { messageOf } from "../../lib/errors/text";
import { type Check, failed, type Finding, saidOf, skipped } from "./check";
import type { Facts } from "./facts";

export interface Examined extends Finding, Pick<Check, "name" | "title"> {
  /** The title of the check that failed before this one, which is skipped. */
  behind?: string;
  /** What was repaired, in whole sentences; "" for nothing. */
  changed?: string;
}

/** @param begin gets the facts, again after each repair @param fix whether what failed is repaired */
export async function* examine(checks: readonly Check[], begin: () => Facts, fix = false): AsyncGenerator<Examined> {
  const blocking: Examined[] = [];
  let facts = begin();
  for (const { name, title, ...check } of checks) {
    const first = blocking.find((one) => check.needs.includes(one.name));
    let found: Omit<Examined, "name" | "title"> = first ? blocked(first) : await look(check, facts);
    if (fix && found.state === "failed" && check.repair !== undefined) {
      try {
        const changed = await check.repair(facts);
        facts = begin();
        found = { ...(await look(check, facts)), changed };
      } catch (error) {
        const { fixes: own = [], ...parts } = partsOf(error);
        // The earlier fix is doctor --fix itself, which has just failed.
        const fixes = own.length > 0 ? own : (found.fixes ?? []);
        found = { ...found, what: `${found.what}; not repaired: ${messageOf(parts)}`, fixes };
      }
    }
    const result = { name, title, ...found };
    if (found.state === "failed" || found.state === "skipped") blocking.push(result);
    yield result;
  }
}

/** Whatever follows a failure refers to it; before a deployment there is nothing to repair. */
function blocked({ title, state, behind = title }: Examined): Finding & Pick<Examined, "behind"> {
  const isBehindFailure = state === "failed" || behind !== title;
  if (!isBehindFailure) return skipped(`not checked: it needs ${title}`);
  return { ...skipped("skipped", sentence(`First repair: ${behind}`)), behind };
}

/** Never ok if it could not be checked. */
async function look(check: Pick<Check, "look" | "right">, facts: Facts): Promise<Finding> {
  try {
    return await check.look(facts);
  } catch (error) {
    const { fixes = [], ...parts } = partsOf(error);
    const isForbidden = error instanceof ApiError && error.status === 403 && check.right !== undefined;
    const own = isForbidden ? [sentence(`Ask an administrator for this right: ${check.right}`)] : fixes;
    return failed(`could not tell: ${harmlessLine(saidOf(parts))}`, own.length === 0 ? lookAgain : own);
  }
}

const lookAgain = byPerson("Repair that, then check again", ownCommand("doctor"));
