/**
 * Ctrl-C, and what else tells the demo to end. What it started runs in process groups of its own, so that a terminal tells the demo
 * alone: the engine takes a first SIGINT as "finish what is under way and unlock the stack", a second one as "drop everything".
 */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  constructor() {
    super("Interrupted. Everything that was started has ended.");
  }
}

/** What a shell expects of a program that Ctrl-C ended. */
export const interruptedExitCode = 130;

/**
 * Milliseconds the engine has to finish what is under way, before it is told a second time: a sign-in that it waits for would take
 * minutes.
 */
const patience = 5000;

interface Interruptible {
  kill(signal: NodeJS.Signals): boolean;
}

const running = new Set<Interruptible>();
const told = Promise.withResolvers<undefined>();
const controller = new AbortController();

/** From here on signals end the demo in an orderly way. Repeated ones change nothing: npm and its shell hand each on a second time. */
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

/** @throws InterruptedError when a signal came before or during the work, whatever the work made of it */
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
