/** Trying again, with growing pauses, what time alone may mend. */
import { setTimeout as sleep } from "node:timers/promises";
import { now } from "../startup/clock";

export interface Retry {
  /** Milliseconds since the epoch; no attempt begins after it. */
  deadline: number;
  /** Whether time may mend this failure. */
  isRetryable: (error: unknown) => boolean;
  /** Milliseconds; default 1000. Doubles up to 15 seconds. */
  firstPause?: number;
  onPause?: () => void;
}

const longestPause = 15_000;

/** @throws the last failure, unchanged */
export async function retry<T>(options: Retry, attempt: () => Promise<T>): Promise<T> {
  for (let pause = options.firstPause ?? 1000; ; pause = Math.min(2 * pause, longestPause)) {
    try {
      return await attempt();
    } catch (error) {
      if (!options.isRetryable(error) || now() + pause > options.deadline) throw error;
      options.onPause?.();
      await sleep(pause);
    }
  }
}
