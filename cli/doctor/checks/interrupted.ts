/** What a killed run leaves of a stack: unreadable files, a stale lock, resources that are in no state. */
import { byPerson, ownCommand, present, pulumi, run } from "../../../lib/errors/failure";
import { end } from "../../../lib/startup/engine-watch";
import { haveEngine } from "../../engine/engine";
import { exitCodes } from "../../terminal/exit-code";
import type { Facts } from "../facts";
import { check, failed, ok, skipped, warning } from "../check";
import { leftBy, processesText, settle, tracesIn } from "../settle";
import { type Lock, repair } from "../state-files";
import { operationName } from "../unrecorded";

const fixing = run("Repair it, then deploy again", ownCommand("doctor", "--fix"), pulumi("up"));

const holder = ({ pid, host, since }: Lock): string => `process ${pid} on ${host === "" ? "?" : host}, since ${since}`;

/** A plugin outlives its engine. */
async function goingOn(facts: Facts): Promise<string> {
  const working = await leftBy(facts, true);
  return working.length === 0 ? "" : `; still there, and may finish what it began: ${processesText(working)}`;
}

export const stateCheck = check("state", "State of the stack", ["engine"], {
  only: "stack",
  look: async (facts) => {
    const files = await facts.stateFiles();
    if (files === undefined) return ok("kept by a service that locks it");
    const { isThere, damages, locks } = files;
    const lost = damages.find(({ remedy }) => remedy === "lost");
    if (lost !== undefined) {
      const restore = byPerson(
        "Restore one from a backup of the folder, and let the engine check it",
        pulumi("stack", "import", "--file", "<backup>"),
      );
      return failed(`${lost.file} is incomplete, and there is no earlier one`, restore, exitCodes.usage);
    }
    const living = locks.filter(({ isAlive }) => isAlive);
    if (living.length > 0) {
      const wait = byPerson(
        "Wait for it. If a run on another machine was killed, this removes its lock",
        pulumi("cancel"),
      );
      return warning(`in use by ${living.map(holder).join(" and ")}`, wait);
    }
    const problems = [
      ...damages.map(({ file }) => `${file} is incomplete`),
      ...locks.map((lock) => `locked by a run that was killed (${holder(lock)})`),
    ];
    return problems.length > 0
      ? failed(`${problems.join("; ")}${await goingOn(facts)}`, fixing)
      : ok(isThere ? "complete, and not locked" : "there is none");
  },
  repair: async (facts) => {
    const { damages, locks } = (await facts.stateFiles()) ?? { damages: [], locks: [] };
    const repaired: string[] = [];
    for (const damage of damages) repaired.push((await repair(damage)) ?? "");
    if (locks.length > 0) {
      await haveEngine(facts.engine, "cancel", "--yes", "--stack", present(facts.options.stack, "No stack was named."));
      repaired.push(`Removed the lock of ${locks.map(holder).join(" and ")}.`);
    }
    return repaired.filter((done) => done !== "").join(" ");
  },
});

export const interruptedCheck = check("interrupted", "Interrupted runs", ["stack", "login"], {
  only: "stack",
  look: async (facts) => {
    const files = await facts.stateFiles();
    if (files?.locks.some(({ isAlive }) => isAlive) === true) return skipped("a run is in progress");
    const idle = await leftBy(facts, false);
    if (idle.length > 0) return failed(`a run that ended has left ${processesText(idle)}`, fixing);
    const traces = await tracesIn(facts);
    if (traces.length === 0) return ok("none: the state records how each operation ended");
    const each = traces.map(({ operation, found }) => `${operationName(operation)}: ${found}`);
    const own = traces.flatMap((trace) => trace.own ?? []);
    const found = `the state does not record the end of ${traces.length} operations: ${each.join("; ")}${await goingOn(facts)}`;
    return failed(found, own.length === 0 ? fixing : own);
  },
  repair: async (facts) => {
    const idle = await leftBy(facts, false);
    for (const { pid } of idle) end(pid);
    const pending = (await facts.deployment())?.pending ?? [];
    return pending.length === 0 ? `Ended ${processesText(idle)}.` : await settle(facts);
  },
});
