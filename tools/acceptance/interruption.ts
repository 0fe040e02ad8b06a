import { setTimeout as sleep } from "node:timers/promises";

/**
 * Ctrl-C and SIGTERM end the running check, and what was created is removed. A second signal stops
 * the removal and prints the command for it.
 */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  constructor() {
    super("Interrupted.");
  }
}

/** The usual exit code of a program that Ctrl-C ended. */
export const interruptedExitCode = 130;

interface Interruptible {
  kill(signal: NodeJS.Signals): boolean;
}

/** Milliseconds until the engine gets a second signal: a sign-in would keep it waiting for minutes. */
const patience = 5000;
/** Milliseconds in which a repeated signal from npm and its shell counts as the same one. */
const sameSignal = 1000;

export class Interruption {
  readonly #running = new Set<Interruptible>();
  #told = 0;
  #cleaning = false;
  #since = 0;

  /** From this call on, signals end the run in an orderly way. */
  listen(): void {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        this.#tell();
      });
    }
  }

  #tell(): void {
    const again = performance.now() - this.#since < sameSignal && this.#told > 0;
    if (again) return;
    this.#since = performance.now();
    this.#told += 1;
    const interrupt = () => {
      for (const child of this.#running) child.kill("SIGINT");
    };
    interrupt();
    setTimeout(interrupt, patience).unref();
  }

  get requested(): boolean {
    return this.#told > 0;
  }

  /** From this call on, the run removes what it created; only a further signal ends it. */
  beginCleanUp(): void {
    this.#cleaning = true;
    this.#told = 0;
  }

  throwIfRequested(): void {
    if (this.requested) throw new InterruptedError();
  }

  /** Waits; a signal ends it at once. @throws InterruptedError as below */
  async sleep(milliseconds: number): Promise<void> {
    const ending = new AbortController();
    const kill = () => (ending.abort(), true);
    const over = sleep(milliseconds, undefined, { signal: ending.signal }).catch(() => undefined);
    await this.whileRunning({ kill }, over);
  }

  /** @throws InterruptedError when a signal came before or while it ran */
  async whileRunning<T>(child: Interruptible, ended: Promise<T>): Promise<T> {
    if (this.requested) child.kill("SIGINT");
    this.#running.add(child);
    try {
      return await ended;
    } finally {
      this.#running.delete(child);
      if (!this.#cleaning || this.requested) this.throwIfRequested();
    }
  }
}
