/** Trying again, with growing pauses, what time alone may mend. */
import { setTimeout as sleep } from "node:timers/promises";
import { EntraError } from "../oauth/aadsts";

export interface Retry {
  /** Milliseconds since the epoch; no attempt begins after it. */
  deadline: number;
  /** Whether time may mend this failure. */
  worthIt: (error: unknown) => boolean;
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
      if (!options.worthIt(error) || Date.now() + pause > options.deadline) throw error;
      options.onPause?.();
      await sleep(pause);
    }
  }
}

/** How long a new client secret may take to reach every server of Entra. */
const replicationMilliseconds = 2 * 60_000;

/** Retries what a client secret that was made a moment ago may fail at; a refused client leaves code and token unused. */
export async function onceSecretReplicated<T>(attempt: () => Promise<T>): Promise<T> {
  const worthIt = (error: unknown) => error instanceof EntraError && error.aadsts === 7000215;
  return await retry({ deadline: Date.now() + replicationMilliseconds, worthIt }, attempt);
}
