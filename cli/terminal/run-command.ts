/** Runs another program in this terminal, as a shell does. */
import { spawn } from "cross-spawn";
import type { ChildProcess, SpawnOptions, StdioOptions } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { Failure, sentence } from "../../lib/errors/failure";
import { interruption } from "../../lib/startup/waiting";
import { endGently, running } from "./interruption";
import { giveUpOutput } from "./program-output";

/** Signals that are passed on to the running programs. */
const signals = ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

function pass(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
}

/** Runs the only program of this command, which handles every Ctrl-C itself. @returns as {@link runOneOf} */
export async function runAlone(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const restore = endGently(onInterrupt);
  function onInterrupt() {
    if (!isAtTerminal()) pass("SIGINT");
    endGently(onInterrupt);
  }
  try {
    return await runOneOf(argv, env, "inherit");
  } finally {
    restore();
  }
}

/**
 * Runs a program to its end, and passes signals on. An interruption ends it.
 * @param started gets it at once
 * @returns its exit code; after a signal 128 and its number @throws Failure if it cannot be started
 */
export async function runOneOf(
  [program = "", ...words]: readonly string[],
  env: NodeJS.ProcessEnv,
  stdio: StdioOptions,
  started: (child: ChildProcess) => void = () => undefined,
): Promise<number> {
  const end = () => child.kill();
  const child = spawned(program, words, { env, stdio });
  if (running.size === 0) for (const signal of signals) process.on(signal, pass);
  running.add(child);
  interruption().addEventListener("abort", end);
  started(child);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", (error) => {
        reject(notStarted(program, error));
      });
      child.once("exit", () => {
        setTimeout(giveUpOutput, outputGrace, child).unref();
      });
      child.once("close", (code, signal) => {
        resolve(code ?? 128 + constants.signals[signal ?? "SIGTERM"]);
      });
    });
  } finally {
    interruption().removeEventListener("abort", end);
    running.delete(child);
    if (running.size === 0) for (const signal of signals) process.off(signal, pass);
  }
}

/** Milliseconds for the rest of a program's output after its end. */
const outputGrace = 2000;

/** spawn throws some of the system's errors, such as that of a path below a file. */
function spawned(program: string, argv: readonly string[], options: SpawnOptions): ChildProcess {
  // Windows would open it in an editor, and that goes well.
  if (process.platform === "win32" && /\.ps1$/iu.test(program)) {
    const fix = sentence("Run it with powershell -File, or pwsh -File.");
    throw new Failure("command-unusable", `${program} is a PowerShell script, not a command.`, fix);
  }
  try {
    return spawn(program, argv, options);
  } catch (error) {
    throw notStarted(program, error as NodeJS.ErrnoException);
  }
}

/** Whether Ctrl-C reached a child as well: a terminal sends it to all processes in the foreground. */
export function isAtTerminal(): boolean {
  try {
    // After the name in brackets: state, parent, group, session, terminal, the terminal's foreground group.
    const [, , group, , , foreground] = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return group === foreground;
  } catch {
    return process.stdin.isTTY || process.stderr.isTTY;
  }
}

function notStarted(program: string, { code = "unknown" }: NodeJS.ErrnoException): Failure {
  const isMissing = code === "ENOENT" || program === "";
  const what = isMissing ? `There is no command ${program || '""'}.` : `${program} cannot be run (${code}).`;
  const fix = sentence("Name a command that is on PATH, or its file.");
  return new Failure(isMissing ? "command-missing" : "command-unusable", what, fix);
}
