// Child processes whose end is this process's end.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { BootstrapError } from "./errors.mjs";

const HANDED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/**
 * Hands signals on to the child while it runs. What a terminal sends on Ctrl-C reaches the whole process group, so the child has it
 * already: a second one would count as impatience.
 */
function handOnSignals(child) {
  const fromTerminal = process.stdin.isTTY === true;
  const handler = (signal) => {
    if (!fromTerminal || signal === "SIGTERM") child.kill(signal);
  };
  for (const signal of HANDED_ON) process.on(signal, handler);
  return () => {
    for (const signal of HANDED_ON) process.off(signal, handler);
  };
}

/** Milliseconds between two looks at whether the caller still lives. */
const CALLER_INTERVAL = 500;

/**
 * Ends the child when npm is gone: npm hands SIGTERM to the shell between it and this process, and that shell ends alone.
 * Only for npm: who runs this file without it may well want it to go on in the background.
 */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const caller = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === caller) return;
    clearInterval(timer);
    child.kill("SIGTERM");
  }, CALLER_INTERVAL);
  return () => clearInterval(timer);
}

/** Resolves with the exit code; a child that a signal ended gives the shell's 128 + number. */
function ended(child, command) {
  const stops = [handOnSignals(child), endWithNpm(child)];
  const stop = () => {
    for (const each of stops) each();
  };
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      stop();
      const hint = error.code === "ENOENT" ? `${command} was not found on PATH.` : error.message;
      reject(new BootstrapError(`Cannot run ${command}: ${hint}`));
    });
    child.once("close", (code, signal) => {
      stop();
      resolve({ code: code ?? 128 + constants.signals[signal], signal });
    });
  });
}

/** Runs a helper of the bootstrap; its stdout and stderr are kept, for the case that it fails. */
export async function runQuietly(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const { code, signal } = await ended(child, command);
  if (signal !== null && HANDED_ON.includes(signal)) process.kill(process.pid, signal);
  return { code, output };
}

/**
 * Runs a task's programs under `node` until one fails, the caller's arguments going to the last, and returns the last exit code.
 * Only the last has this process's stdin and stdout; what goes before prepares, and speaks on stderr.
 */
export async function runTask(node, programs, args, cwd) {
  for (const [index, program] of programs.entries()) {
    const isLast = index === programs.length - 1;
    const stdio = isLast ? "inherit" : ["ignore", 2, 2];
    const child = spawn(node, isLast ? [...program, ...args] : program, { cwd, stdio });
    const { code, signal } = await ended(child, node);
    if (signal !== null && HANDED_ON.includes(signal)) process.kill(process.pid, signal);
    if (code !== 0 || isLast) return code;
  }
  return 0;
}
