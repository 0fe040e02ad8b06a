/** Runs another program in this terminal, as a shell does. */
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { endGently } from "./interruption";

/** The system's code, such as ENOENT, of a program that could not be started. */
export class NotStarted extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** Ends a program, or is passed on to it. */
const signals = ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

/**
 * This process waits for its end, whatever signal comes, and passes each one on that the terminal has not
 * given to both. @returns its exit code; after a signal 128 and its number @throws NotStarted
 */
export async function runCommand(
  [program = "", ...words]: readonly string[],
  env: NodeJS.ProcessEnv,
  stdio: StdioOptions = "inherit",
  started: (child: ChildProcess) => void = () => undefined,
): Promise<number> {
  const child = spawn(program, words, { env, stdio });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  let restore = endGently(onInterrupt);
  function onInterrupt() {
    if (!isAtTerminal()) pass("SIGINT");
    restore = endGently(onInterrupt);
  }
  for (const signal of signals) process.on(signal, pass);
  started(child);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", (error: NodeJS.ErrnoException) => {
        reject(new NotStarted(error.code ?? error.message));
      });
      child.once("close", (code, signal) => {
        resolve(code ?? 128 + constants.signals[signal ?? "SIGTERM"]);
      });
    });
  } finally {
    for (const signal of signals) process.off(signal, pass);
    restore();
  }
}

/** Whether Ctrl-C reached the program as well: a terminal sends it to all processes in the foreground. */
function isAtTerminal(): boolean {
  try {
    // After the name in brackets: state, parent, group, session, terminal, the terminal's foreground group.
    const [, , group, , , foreground] = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return group === foreground;
  } catch {
    return process.stdin.isTTY || process.stderr.isTTY;
  }
}
