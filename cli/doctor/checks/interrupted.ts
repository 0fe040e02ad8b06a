/** Traces of a killed run: processes, and resources that are in no state. */
import { ownCommand, pulumi, run } from "../../../lib/errors/failure";
import { end } from "../../../lib/startup/engine-watch";
import { pause } from "../../../lib/startup/waiting";
import type { Facts } from "../facts";
import { check, failed, ok } from "../check";
import { leftBy, processesText, repairState, tracesIn } from "../repair-state";
import { operationName } from "../unrecorded";

const fixing = run("Repair it, then deploy again", ownCommand("doctor", "--fix"), pulumi("up"));

/** For five seconds: how often, and the milliseconds between. */
const [mostLooks, lookEvery] = [50, 100];

/** A plugin outlives its engine. */
function goingOn(facts: Facts): string {
  const working = leftBy(facts, true);
  return working.length === 0 ? "" : `; still there, and may finish what it began: ${processesText(working)}`;
}

export const interruptedCheck = check("interrupted", "Interrupted runs", ["stack", "login"], {
  only: "stack",
  look: async (facts) => {
    const idle = leftBy(facts, false);
    if (idle.length > 0) return failed(`a run that ended has left ${processesText(idle)}`, fixing);
    const traces = await tracesIn(facts);
    if (traces.length === 0) return ok("none: the state records how each operation ended");
    const each = traces.map(({ operation, found }) => `${operationName(operation)}: ${found}`);
    const own = traces.flatMap((trace) => trace.own ?? []);
    const found = `the state does not record the end of ${traces.length} operations: ${each.join("; ")}${goingOn(facts)}`;
    // The operation of a client secret can be cleared, whoever owns that secret.
    const isCleared = own.length === 0 || traces.some(({ credential }) => credential);
    return failed(found, [...own, ...(isCleared ? [fixing] : [])]);
  },
  repair: async (facts) => {
    const idle = leftBy(facts, false);
    for (const { pid } of idle) end(pid);
    // A killed process may stay in the list for a moment.
    for (let left = mostLooks; left > 0 && leftBy(facts, false).length > 0; left--) await pause(lookEvery);
    const pending = (await facts.deployment())?.pending ?? [];
    return pending.length === 0 ? `Ended ${processesText(idle)}.` : await repairState(facts);
  },
});
