/** A kill at a random moment of a run: half of them at a request that changed something, half after a time. */
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { finished } from "../../cli/support/built-command";
import { isMutation, killAt, killRun, type Victim } from "../../e2e/support/kill";
import type { Project } from "../../e2e/support/project";

export interface Whole {
  milliseconds: number;
  /** Requests that change something; 0: it is killed after a time alone. */
  changes: number;
}

/** @returns once the run is over, when that was: a time, or a request that changed something; undefined where the run ended before */
export async function killDuring(
  project: Project,
  child: ChildProcess,
  victim: Victim,
  random: () => number,
  { milliseconds, changes }: Whole = { milliseconds: 0, changes: 0 },
): Promise<string | undefined> {
  const end = finished(child);
  const nth = 1 + Math.floor(random() * changes);
  const after = Math.floor(random() * milliseconds);
  let at: string | undefined;
  if (changes > 0 && random() < 0.5) {
    let seen = 0;
    at = await killAt(project, child, (request) => isMutation(request) && ++seen >= nth, victim);
  } else {
    await Promise.race([end, sleep(after)]);
    // Some of them are not there all the time.
    while (at === undefined && child.exitCode === null) {
      if (killRun(project, child, victim)) at = `after ${after} ms`;
      else await sleep(20);
    }
  }
  await end;
  return at;
}
