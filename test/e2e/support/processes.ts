/** The processes of one run only: those that the test's own process has started, and their children. */
import { readdirSync, readFileSync } from "node:fs";

export interface RunningProcess {
  pid: number;
  command: string;
  environment: string;
}

/** Every process below one, as any user of this machine could list them. A process whose parent has ended is not included. */
export function descendantsOf(pid: number): RunningProcess[] {
  return childrenOf(pid).flatMap((child) => [...look(child), ...descendantsOf(child)]);
}

function childrenOf(pid: number): number[] {
  return listed(`/proc/${pid}/task`)
    .flatMap((task) => read(`/proc/${pid}/task/${task}/children`).split(" "))
    .filter((child) => child !== "")
    .map(Number);
}

/** Processes with this entry in their environment, including orphans. */
export function processesWith(name: string, value: string): RunningProcess[] {
  return listed("/proc")
    .filter((entry) => /^\d+$/u.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => look(Number(pid)))
    .filter(({ environment }) => environment.split("\0").some((entry) => entry.startsWith(`${name}=${value}`)));
}

/** Empty for a process that is gone, or that is a zombie. */
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
