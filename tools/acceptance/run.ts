/** Runs the checks one after the other, and prints the result of each. */
import { partsOf } from "../../lib/errors/failure";
import { type Check, type Finding, type Json, type Need, sameAnswer } from "./check";
import { InterruptedError } from "./interruption";
import { redacted, type Redaction, redactedText } from "./redaction";
import type { World } from "./world";

export interface Run {
  world: World;
  /** @throws Error when it cannot be determined */
  has: (need: Need) => boolean | Promise<boolean>;
  redaction: Redaction;
  begins: (line: string) => void;
  told: (finding: Finding) => void;
}

/** @returns whether a signal ended it, with the findings so far in `found` */
export async function runChecks(checks: readonly Check[], run: Run, found: Finding[]): Promise<boolean> {
  try {
    for (const [index, check] of checks.entries()) {
      run.world.interruption.throwIfRequested();
      run.begins(`${index + 1} of ${checks.length}  ${check.id}`);
      const finding = await findingOf(check, run);
      found.push(finding);
      run.told(finding);
    }
    return false;
  } catch (error) {
    if (error instanceof InterruptedError) return true;
    throw error;
  }
}

async function findingOf(check: Check, { world, has, redaction }: Run): Promise<Finding> {
  const { id, promise, settles, needs } = check;
  const about = { id, promise, settles };
  const wanted = typeof check.expected === "function" ? check.expected(world) : check.expected;
  const show = (answer: Json) => redacted(answer, redaction);
  try {
    const lacking: Need[] = [];
    for (const need of needs) if (!(await has(need))) lacking.push(need);
    if (lacking.length > 0) return { ...about, outcome: "skipped", reason: `It needs ${lacking.join(" and ")}.` };
    const answer = await check.look(world);
    if (sameAnswer(answer, wanted)) return { ...about, outcome: "confirmed" };
    return { ...about, outcome: "differed", expected: show(wanted), found: show(answer) };
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    const said = redactedText(partsOf(error).what, redaction);
    return { ...about, outcome: "differed", expected: show(wanted), found: { failed: said } };
  }
}
