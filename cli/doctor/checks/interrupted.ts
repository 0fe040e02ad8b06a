/** What a killed run leaves of a stack: unreadable files, a stale lock, resources that are in no state. */
import { byPerson, type Fix, ownCommand, present, pulumi, run } from "../../../lib/errors/failure";
import { exitCodes } from "../../terminal/exit-code";
import { haveEngine } from "../../engine/engine";
import { check, failed, type Finding, ok, skipped, warning } from "../check";
import type { DoctorOptions } from "../facts";
import { type Lock, repair, type StateFiles } from "../state-files";
import { settle, tracesIn } from "../settle";
import { operationName, type Trace } from "../unrecorded";

/** This command again, with `--fix`. */
function fixing({ stack = "<stack>", cwd, configFile }: DoctorOptions): Fix {
  const place = Object.entries({ "--cwd": cwd, "--config-file": configFile });
  const options = place.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  return run("Repair it, then deploy again", ownCommand("doctor", "--stack", stack, ...options, "--fix"), pulumi("up"));
}

/** Only with a stack. */
export const stateCheck = check("state", "State of the stack", ["engine"], {
  look: async (facts) => judgeState(await facts.stateFiles(), facts.options),
  repair: async (facts) => {
    const { damages, locks } = (await facts.stateFiles()) ?? { damages: [], locks: [] };
    const repaired: string[] = [];
    for (const damage of damages) repaired.push(...[await repair(damage)].filter((done) => done !== undefined));
    if (locks.length === 0) return repaired.join(" ");
    await haveEngine(facts.engine, "cancel", "--yes", "--stack", present(facts.options.stack, "No stack was named."));
    return [...repaired, `Took the lock of ${locks.map(holder).join(" and ")} away.`].join(" ");
  },
});

const holder = ({ pid, host, since }: Lock): string => `process ${pid} on ${host === "" ? "?" : host}, since ${since}`;

function judgeState(files: StateFiles | undefined, options: DoctorOptions): Finding {
  const { damages, locks } = files ?? { damages: [], locks: [] };
  const lost = damages.find(({ remedy }) => remedy === "lost");
  if (lost !== undefined) {
    const restore = byPerson(
      "Bring one back from a backup of the folder, and have the engine check it",
      pulumi("stack", "import", "--file", "<backup>"),
    );
    return failed(`${lost.file} is cut off, and there is none of before`, restore, exitCodes.usage);
  }
  const living = locks.filter(({ isAlive }) => isAlive);
  if (living.length > 0) {
    const wait = byPerson(
      "Wait for it. One on another machine that is gone leaves its lock, which this takes away",
      pulumi("cancel"),
    );
    return warning(`in use by ${living.map(holder).join(" and ")}`, wait);
  }
  const problems = [
    ...damages.map(({ file }) => `${file} is cut off`),
    ...locks.map((lock) => `locked by a run that was killed (${holder(lock)})`),
  ];
  if (problems.length > 0) return failed(problems.join("; "), fixing(options));
  return ok(files === undefined ? "kept by a service, which locks it" : "whole, and locked by nobody");
}

/** Only with a stack. */
export const interruptedCheck = check("interrupted", "Runs that were cut off", ["stack", "login"], {
  look: async (facts) => {
    const files = await facts.stateFiles();
    if (files?.locks.some(({ isAlive }) => isAlive) === true)
      return skipped("a run is going on, and has not ended yet");
    return judgeTraces(await tracesIn(facts), facts.options);
  },
  repair: async (facts) => await settle(await tracesIn(facts), facts),
});

function judgeTraces(traces: readonly Trace[], options: DoctorOptions): Finding {
  if (traces.length === 0) return ok("none: the state records how each operation ended");
  const each = traces.map(({ operation, found }) => `${operationName(operation)}: ${found}`);
  const own = traces.flatMap((trace) => trace.own ?? []);
  const found = `of ${traces.length} operations the state does not record how they ended: ${each.join("; ")}`;
  return failed(found, own.length === 0 ? fixing(options) : own);
}
