/**
 * Signals that end the demo. Its programs have their own process groups, so that a terminal signals only
 * the demo: the engine finishes and unlocks its stack after a first SIGINT, and stops after a second one.
 */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  constructor() {
    super("Interrupted. Everything that was started has ended.");
  }
}

/** The usual exit code of a program that Ctrl-C ended. */
export const interruptedExitCode = 130;

/** Milliseconds until the engine gets a second signal: a sign-in would keep it waiting for minutes. */
const patience = 5000;

interface Interruptible {
  kill(signal: NodeJS.Signals): boolean;
}

const running = new Set<Interruptible>();
const told = Promise.withResolvers<undefined>();
const controller = new AbortController();

/** From here on signals end the demo in order. Repeated ones do nothing: npm passes each one on twice. */
export function endOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) return;
      controller.abort(new InterruptedError());
      process.stderr.write("\nEnding: the engine may finish what is under way.\n");
      const interrupt = () => {
        for (const child of running) child.kill("SIGINT");
      };
      interrupt();
      setTimeout(interrupt, patience).unref();
      told.resolve(undefined);
    });
  }
}

/** Resolves when a signal came. */
export const interruption: Promise<undefined> = told.promise;

/** @throws InterruptedError when a signal came before or during the work, whatever the result of the work */
export async function whileRunning<T>(start: () => Interruptible & { ended: Promise<T> }): Promise<T> {
  controller.signal.throwIfAborted();
  const child = start();
  running.add(child);
  try {
    return await child.ended;
  } finally {
    running.delete(child);
    controller.signal.throwIfAborted();
  }
}
