/** Wait for another run on the same stack: jobs of two groups may run at once (docs/ci.md), and the engine locks one of them out. */
import { hostname } from "node:os";
import { now } from "../../lib/startup/clock";
import { announce, pause } from "../../lib/startup/waiting";
import { UsageError } from "../terminal/exit-code";

/** Thrown while another run changes the stack, or a killed one has left its lock. */
export class StackBusy extends UsageError {}

/** Milliseconds: less than each job's time limit, so that a lock that stays is reported. */
const patience = 20 * 60_000;
const lookEvery = 30_000;

/** Whether every lock is of a process that this machine no longer has, as the engine prints them: nobody removes it. */
function isLeft(printed: string): boolean {
  const holders = [...printed.matchAll(/created by .*@(\S+) \(pid (\d+)\)/gu)];
  return holders.length > 0 && holders.every(([, host, pid]) => host === hostname() && !isRunning(Number(pid)));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/**
 * @param work starts again from its beginning, because the other run may have changed the stack since
 * @throws StackBusy if the stack is still locked at the end
 */
export async function onceFree<T>(stack: string, work: () => Promise<T>, wait = pause): Promise<T> {
  const end = now() + patience;
  let stop: (() => void) | undefined;
  try {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof StackBusy) || now() >= end || isLeft(error.message)) throw error;
        stop ??= announce(`another run on stack ${stack}, which holds its lock or deploys it`, patience);
        await wait(lookEvery);
      }
    }
  } finally {
    stop?.();
  }
}
