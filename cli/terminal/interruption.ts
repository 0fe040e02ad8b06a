/** Imported for its effect: the first Ctrl-C ends work in order, a second one or slow work the process. */
import type { ChildProcess } from "node:child_process";
import { sentence } from "../../lib/errors/failure";
import { interrupt, InterruptedError, interruption } from "../../lib/startup/waiting";
import { exitCodes } from "./exit-code";
import { printFailure, wantsJson } from "./output";

/** Child processes: an interruption that leaves some running names them. */
export const running = new Set<ChildProcess>();

/** Milliseconds for ending work in order: the browser page is completed, an engine ends. */
const grace = 2500;

/** Milliseconds: what comes sooner after the first is the same Ctrl-C, which npm and timeout pass on once more. */
const sameWithin = 500;

/** Called at the first Ctrl-C instead of ending the waits. */
let gentle: (() => void) | undefined;
let stoppedAt = -sameWithin;

/** The next Ctrl-C lets running work finish, and calls `stop`. @returns a function that undoes this, and returns whether one came */
export function endGently(stop: () => void): () => boolean {
  gentle = stop;
  return () => {
    const came = gentle !== stop;
    gentle = undefined;
    return came;
  };
}

/** Calls `stop` of endGently(), once. @returns whether there was one to call */
function stopGently(): boolean {
  const stop = gentle;
  gentle = undefined;
  if (stop !== undefined) stoppedAt = performance.now();
  stop?.();
  return stop !== undefined;
}

/** While `work` runs, the other signals that end a process count as Ctrl-C; a second one ends the waits. */
export async function endingAlike(work: () => Promise<void>): Promise<void> {
  const signals = ["SIGTERM", "SIGHUP", "SIGQUIT"] as const;
  const onSignal = () => {
    if (!stopGently()) interrupt();
  };
  for (const signal of signals) process.on(signal, onSignal);
  await work().finally(() => {
    for (const signal of signals) process.off(signal, onSignal);
  });
}

process.on("SIGINT", onInterrupt);

function onInterrupt(): void {
  // Without a listener for a moment, a second one at once would end the process.
  if (stopGently() || performance.now() - stoppedAt < sameWithin) return;
  process.off("SIGINT", onInterrupt);
  interrupt();
  // Until then only pending waits keep the process alive.
  setTimeout(() => {
    printFailure(stillRunning() ?? interruption().reason, exitCodes.interrupted, wantsJson(process.argv));
    process.exit(exitCodes.interrupted);
  }, grace).unref();
}

/** The error that names programs which still run: the same command again would run beside them. */
function stillRunning(): InterruptedError | undefined {
  const left = [...running].filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  if (left.length === 0) return undefined;
  const named = left.map(({ pid }) => `process ${pid}`).join(", ");
  const fix = sentence("Run it again to continue when none of them runs any more.");
  return new InterruptedError(`Stopped, but SIGTERM has not ended ${named}.`, fix);
}
