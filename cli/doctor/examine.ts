/** Runs the checks in order: a check that needs the result of a failed one is skipped. */
import { ApiError } from "../../lib/azure/api";
import { byPerson, ownCommand, partsOf, sentence } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { textOf } from "../../lib/errors/text";
import type { State } from "../report/finding";
import { type Check, failed, type Finding, saidOf, skipped } from "./check";
import type { Facts } from "./facts";

export interface Examined extends Finding, Pick<Check, "name" | "title"> {
  /** Of a skipped check: the title of the check that failed before it. */
  behind?: string;
}

export interface Examination {
  checks: readonly Check[];
  /** Created again after a repair, because earlier results are then outdated. */
  facts: () => Facts;
  fix: boolean;
  onResult: (result: Examined) => void;
  onChange: (change: string) => void;
}

export async function examine(examination: Examination): Promise<Examined[]> {
  const results: Examined[] = [];
  let facts = examination.facts();
  for (const check of examination.checks) {
    const blocking = results.find(({ name, state }) => check.needs.includes(name) && isBlocking(state));
    let finding: Finding & Pick<Examined, "behind"> =
      blocking === undefined ? await look(check, facts) : blocked(blocking);
    if (examination.fix && finding.state === "failed" && check.repair !== undefined) {
      try {
        const change = await check.repair(facts);
        if (change !== "") examination.onChange(change);
        facts = examination.facts();
        finding = await look(check, facts);
      } catch (error) {
        finding = { ...finding, what: `${finding.what}; not repaired: ${textOf(partsOf(error))}` };
      }
    }
    const result = { name: check.name, title: check.title, ...finding };
    results.push(result);
    examination.onResult(result);
  }
  return results;
}

const isBlocking = (state: State): boolean => state === "failed" || state === "skipped";

/** Everything after a failure refers to that failure; before anything is deployed, there is nothing to repair. */
function blocked({ title, state, behind = title }: Examined): Finding & Pick<Examined, "behind"> {
  const isBehindFailure = state === "failed" || behind !== title;
  if (!isBehindFailure) return skipped(`nothing to look at without: ${title}`);
  return { ...skipped("skipped", sentence(`First repair: ${behind}`)), behind };
}

async function look(check: Check, facts: Facts): Promise<Finding> {
  try {
    return await check.look(facts);
  } catch (error) {
    // Never ok, because it could not be checked.
    const { fixes = [], ...parts } = partsOf(error);
    const isForbidden = error instanceof ApiError && error.status === 403 && check.right !== undefined;
    const own = isForbidden ? [sentence(`Ask an administrator for the right to look: ${check.right}`)] : fixes;
    return failed(`could not tell: ${harmlessLine(saidOf(parts))}`, own.length === 0 ? lookAgain : own);
  }
}

const lookAgain = byPerson("Repair what the words above name, then look again", ownCommand("doctor"));
