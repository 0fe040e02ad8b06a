/** Retries an attempt, with growing pauses, for errors that may pass after some time. */
import { within } from "../http/within";
import { now } from "../startup/clock";
import { announce, interruptedOr, pause } from "../startup/waiting";

export interface Retry {
  /** The awaited event, "the role assignment to take effect": printed, with its end, after the first failure. */
  waitsFor: string | ((error: unknown) => string);
  /** Milliseconds since the epoch at which the wait ends; a function if it depends on the failure. */
  deadline: number | ((error: unknown) => number);
  isRetryable: (error: unknown) => boolean;
  /**
   * Milliseconds; default 1000, as Entra refuses frequent requests. Each pause is a quarter longer, up to
   * 15 seconds: at most a quarter of the time is waited in vain.
   */
  firstPause?: number;
  /** Where lines are printed; default stderr. */
  say?: ((line: string) => void) | undefined;
}

const longestPause = 15_000;

interface Wait {
  what: string;
  stop: () => void;
  end: number;
  failure: Error;
}

/** @throws the last failure, unchanged, at the wait's end as well; InterruptedError */
export async function retry<T>(options: Retry, attempt: () => Promise<T>): Promise<T> {
  const { isRetryable, firstPause = 1000 } = options;
  let wait: Wait | undefined;
  try {
    for (let next = firstPause; ; next = Math.min(1.25 * next, longestPause)) {
      try {
        const told = wait;
        if (told === undefined) return await attempt();
        // An attempt ends at the announced end, even if the service is slow to refuse.
        return await within(told.end - now(), undefined, () => told.failure, attempt);
      } catch (failed) {
        const error = interruptedOr(failed);
        if (error !== failed || !isRetryable(error)) throw error;
        wait = waitAfter(error as Error, wait, options);
        if (now() + next > wait.end) throw error;
        await pause(next);
      }
    }
  } finally {
    wait?.stop();
  }
}

function waitAfter(failure: Error, before: Wait | undefined, { waitsFor, deadline, say }: Retry): Wait {
  const what = typeof waitsFor === "string" ? waitsFor : waitsFor(failure);
  const end = typeof deadline === "number" ? deadline : deadline(failure);
  if (what === before?.what) return { ...before, end, failure };
  before?.stop();
  const milliseconds = end - now();
  return { what, end, failure, stop: milliseconds > 0 ? announce(what, milliseconds, say) : () => undefined };
}
