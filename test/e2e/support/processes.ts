/** The processes of one run, and no other's: those that the test's own process has started, and theirs. */
import { readdirSync, readFileSync } from "node:fs";

export interface RunningProcess {
  pid: number;
  command: string;
  environment: string;
}

/** Every process below one, as any user of this machine could list them. Whose parent has ended is nobody's child. */
export function descendantsOf(pid: number): RunningProcess[] {
  return childrenOf(pid).flatMap((child) => [...look(child), ...descendantsOf(child)]);
}

function childrenOf(pid: number): number[] {
  return listed(`/proc/${pid}/task`)
    .flatMap((task) => read(`/proc/${pid}/task/${task}/children`).split(" "))
    .filter((child) => child !== "")
    .map(Number);
}

/** Processes whose environment has this entry, orphans included. */
export function processesWith(name: string, value: string): RunningProcess[] {
  return listed("/proc")
    .filter((entry) => /^\d+$/u.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => look(Number(pid)))
    .filter(({ environment }) => environment.split("\0").some((entry) => entry.startsWith(`${name}=${value}`)));
}

/** Nothing for a process that is gone, or that waits for its parent to look at how it ended. */
function look(pid: number): RunningProcess[] {
  const command = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
  return command === "" ? [] : [{ pid, command, environment: read(`/proc/${pid}/environ`) }];
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
