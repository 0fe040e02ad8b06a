/**
 * Waits. Each tells its end before it begins, shows now and then that it goes on, and ends at once when this process is interrupted:
 * by the first Ctrl-C, or by an engine that cancels.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { kindOf, sentence } from "../errors/failure";
import { harmlessLine } from "../errors/harmless";
import { now } from "./clock";

/** Milliseconds between two lines that show that a wait goes on. */
const shownEvery = 60_000;
/** Milliseconds between two states of a line that changes. */
const updatedEvery = 5000;

export class InterruptedError extends kindOf("interrupted") {}

let ending = new AbortController();

/** Aborted once this process is to end, with an {@link InterruptedError}. */
export const interruption = (): AbortSignal => ending.signal;

/** Ends every wait of this process, those to come too. */
export function interrupt(): void {
  const what = "Interrupted; what was begun and not finished was given up.";
  ending.abort(new InterruptedError(what, sentence("Run it again: it goes on where this ended.")));
}

/** For tests: as if nothing had been interrupted. */
export function forgetInterruption(): void {
  ending = new AbortController();
}

/** The interruption in the place of what it made fail, and of how that was told. */
export function interruptedOr(error: unknown): unknown {
  return ending.signal.aborted ? ending.signal.reason : error;
}

/** @throws InterruptedError */
export async function pause(milliseconds: number): Promise<void> {
  const { signal } = ending;
  signal.throwIfAborted();
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    throw interruptedOr(error);
  }
}

/**
 * Tells of a wait that begins, and now and then that it goes on, until the returned function is called.
 * @param what "the sign-in" @param milliseconds until it ends by itself @param say default: a line on stderr, which the engine shows as well
 * @param update where one line can change: it is told every 5 seconds how long is left, and no further lines are said
 */
export function announce(
  what: string,
  milliseconds: number,
  say: (line: string) => void = toErrors,
  update?: (left: string) => void,
): () => void {
  const end = now() + milliseconds;
  say(`Waiting for ${what}, for at most ${durationOf(milliseconds)} …`);
  const timer = setInterval(
    () => {
      const left = durationOf(end - now());
      if (update === undefined) say(`Still waiting for ${what}, for at most ${left} more …`);
      else update(left);
    },
    update === undefined ? shownEvery : updatedEvery,
  );
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** A line beside what a command has for stdout; of a provider, the engine shows it. */
export function toErrors(line: string): void {
  process.stderr.write(`${harmlessLine(line)}\n`);
}

/** "90 seconds", "15 minutes": rounded up, as the end of a wait is. */
export function durationOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [count, unit] =
    seconds > 60 && (seconds % 60 === 0 || seconds > 300) ? [Math.ceil(seconds / 60), "minute"] : [seconds, "second"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
