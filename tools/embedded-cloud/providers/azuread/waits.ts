/** How long the plugin waits until a change is visible everywhere. */
import type { Sleep } from "../base/rest";

export interface Wait {
  /** How often in a row the change must be visible. */
  sightings: number;
  /** Pause between two checks, in milliseconds. */
  pause: number;
}

export interface Waits {
  created: Wait;
  deleted: Wait;
}

/** Recorded: four seconds for each credential created, twenty for each deletion. */
const recordedValues: Waits = { created: { sightings: 5, pause: 1000 }, deleted: { sightings: 5, pause: 5000 } };
/** The embedded cloud applies a change at once: one check is enough. */
const brief: Waits = { created: { sightings: 1, pause: 100 }, deleted: { sightings: 1, pause: 100 } };

export const waitsOf = (real: boolean): Waits => (real ? recordedValues : brief);

/** Longest pause between two checks, in milliseconds. */
const longestPause = 10_000;
/** The checks end when their pauses add up to this many milliseconds. */
const patience = 300_000;

/** Checks until `isSettled` was true often enough in a row; pauses grow while it is not. */
export async function settled(wait: Wait, isSettled: () => Promise<boolean>, sleep: Sleep): Promise<void> {
  let pause = wait.pause;
  let waited = 0;
  for (let seen = 0; ;) {
    seen = (await isSettled()) ? seen + 1 : 0;
    if (seen >= wait.sightings) return;
    if (waited >= patience) throw new Error(`timeout while waiting for the change to show (${waited / 1000} s)`);
    await sleep(pause);
    waited += pause;
    if (seen === 0) pause = Math.min(pause * 2, longestPause);
  }
}
