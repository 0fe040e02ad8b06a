import { readFileSync } from "node:fs";

/**
 * Whether a process runs, also one that is nobody's child here. One that has ended and that its parent has not asked about yet does not run: signals
 * reach it, and the first process of a container asks about those that it inherited every few seconds.
 */
export function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1") !== "";
  } catch {
    return false;
  }
}
