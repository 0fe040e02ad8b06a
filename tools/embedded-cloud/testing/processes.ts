/** The processes of this machine: those of one run only, which the test's own process has started, and their children. */
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

/** Processes with this folder for the engine's home, including orphans. */
export function processesOfEngine(home: string): RunningProcess[] {
  return listed("/proc")
    .filter((entry) => /^\d+$/u.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => look(Number(pid)))
    .filter(({ environment }) => environment.split("\0").some((entry) => entry.startsWith(`PULUMI_HOME=${home}`)));
}

/**
 * Whether it has not ended. One whose parent has not asked about its end yet still takes signals: the first process of a container asks about those that
 * it inherited every few seconds.
 */
export const isRunning = (pid: number): boolean => look(pid).length > 0;

/** Whether a process sleeps, and the processor time that it has taken, in clock ticks; undefined after its end. */
export function activityOf(pid: number): { sleeps: boolean; ticks: number } | undefined {
  const stat = statOf(pid);
  return stat && { sleeps: stat[0] === "S", ticks: Number(stat[11]) + Number(stat[12]) };
}

/** The process that started another one; undefined after its end. */
export const parentOf = (pid: number): number | undefined => {
  const stat = statOf(pid);
  return stat && Number(stat[1]);
};

/** What the system has of a process behind its name, which may contain anything: its state first; undefined after its end. */
function statOf(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat === "" ? undefined : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
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
