/** Runs the checks, top to bottom: what an earlier one has not found, a later one does not look at. */
import { ApiError } from "../../azure/api";
import type { Check } from "./check";
import type { Facts } from "./facts";
import { failed, type Finding, skipped } from "./finding";

export interface Examined extends Finding {
  name: string;
  title: string;
}

export interface Examination {
  checks: readonly Check[];
  /** Made anew after a repair: what was asked before it no longer holds. */
  facts: () => Facts;
  /** Repair what can be. */
  fix: boolean;
  /** Told each result as soon as it is known. */
  onResult: (result: Examined) => void;
  /** Told each change that was made. */
  onChange: (change: string) => void;
}

export async function examine(examination: Examination): Promise<Examined[]> {
  const results: Examined[] = [];
  let facts = examination.facts();
  for (const check of examination.checks) {
    const blocking = results.find(({ name, state }) => check.needs.includes(name) && isBlocking(state));
    let finding = blocking === undefined ? await look(check, facts) : blocked(blocking);
    if (examination.fix && finding.state === "failed" && check.repair !== undefined) {
      const change = await attempt(check.repair(facts));
      if (change instanceof Error) finding = { ...finding, found: `${finding.found}; not repaired: ${change.message}` };
      else {
        examination.onChange(change);
        facts = examination.facts();
        finding = await look(check, facts);
      }
    }
    const result = { name: check.name, title: check.title, ...finding };
    results.push(result);
    examination.onResult(result);
  }
  return results;
}

const isBlocking = (state: Finding["state"]): boolean => state === "failed" || state === "skipped";

const notLookedAt = "not looked at";

/** Behind a failure all that follows names that failure; where nothing is there yet, there is nothing to repair. */
function blocked({ title, state, found, fix }: Examined): Finding {
  if (state === "failed") return skipped(notLookedAt, `First repair: ${title}`);
  return found === notLookedAt ? skipped(found, fix) : skipped(`nothing to look at without: ${title}`);
}

async function look(check: Check, facts: Facts): Promise<Finding> {
  try {
    return await check.look(facts);
  } catch (error) {
    return couldNotTell(check, error);
  }
}

/** Never ok: nothing was seen. */
function couldNotTell({ right }: Check, error: unknown): Finding {
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/gu, " ").trim();
  const fix =
    error instanceof ApiError && error.status === 403 && right !== undefined
      ? `Ask an administrator for the right to look: ${right}`
      : "Repair what the words above name, then look again: secure-app-model doctor";
  return failed(`could not tell: ${message}`, fix);
}

async function attempt(repair: Promise<string>): Promise<string | Error> {
  return await repair.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
}
