/** Wait for another run on the same stack: jobs of two groups may run at once (docs/ci.md), and the engine locks one of them out. */
import { now } from "../../lib/startup/clock";
import { announce, pause } from "../../lib/startup/waiting";
import { UsageError } from "../terminal/exit-code";

/** Thrown while another run changes the stack, or a killed one has left its lock. */
export class StackBusy extends UsageError {}

/** Milliseconds: less than each job's time limit, so that a lock that stays is reported. */
const patience = 20 * 60_000;
const lookEvery = 30_000;

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
        if (!(error instanceof StackBusy) || now() >= end) throw error;
        stop ??= announce(`another run on stack ${stack}, which holds its lock or deploys it`, patience);
        await wait(lookEvery);
      }
    }
  } finally {
    stop?.();
  }
}
