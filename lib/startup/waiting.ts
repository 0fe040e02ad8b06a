/** Each wait prints its end before it begins, shows that it continues, and ends with an interruption. */
import { setTimeout as sleep } from "node:timers/promises";
import { kindOf, sentence } from "../errors/failure";
import { harmlessLine } from "../errors/harmless";
import { now } from "./clock";

/** Milliseconds between two lines that show that a wait continues. */
const shownEvery = 60_000;
/** Milliseconds between two updates of a changing line. */
const updatedEvery = 5000;

export class InterruptedError extends kindOf("interrupted") {}

let ending = new AbortController();

/** Aborted when this process must end, with an {@link InterruptedError}. */
export const interruption = (): AbortSignal => ending.signal;

export function interrupt(): void {
  const what = "Stopped.";
  ending.abort(new InterruptedError(what, sentence("Run it again to continue.")));
}

/** For tests: resets the interruption. */
export function forgetInterruption(): void {
  ending = new AbortController();
}

/** The interruption instead of the error that it caused, however that error was wrapped. */
export const interruptedOr = (error: unknown): unknown => (ending.signal.aborted ? ending.signal.reason : error);

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

/** @param what "the sign-in" @param update every 5 seconds, in place of lines @returns what ends the wait */
export function announce(
  what: string,
  milliseconds: number,
  say: (line: string) => void = toErrors,
  update?: (left: string) => void,
): () => void {
  const end = now() + milliseconds;
  say(`Waiting for ${what}, for at most ${durationOf(milliseconds)} …`);
  const show = () => {
    const left = durationOf(end - now());
    if (update === undefined) say(`Still waiting for ${what}, for at most ${left} more …`);
    else update(left);
  };
  const timer = setInterval(show, update === undefined ? shownEvery : updatedEvery).unref();
  return () => {
    clearInterval(timer);
  };
}

/** Writes to stderr, because stdout is for a command's data; the engine shows a provider's stderr. */
export function toErrors(line: string): void {
  process.stderr.write(`${harmlessLine(line)}\n`);
}

/** "90 seconds", "15 minutes": rounded up, because it announces the end of a wait. */
export function durationOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [count, unit] =
    seconds > 60 && (seconds % 60 === 0 || seconds > 300) ? [Math.ceil(seconds / 60), "minute"] : [seconds, "second"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
