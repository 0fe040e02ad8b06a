// Child processes that end together with this process.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { BootstrapError } from "./errors.mjs";

const HANDED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/**
 * Passes signals on to the child while it runs. A terminal's Ctrl-C reaches the whole process group, so the child already has it:
 * a second signal would count as a request to end at once.
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

/** Milliseconds between two checks whether the caller still runs. */
const CALLER_INTERVAL = 500;

/**
 * Ends the child when npm is gone: npm passes SIGTERM to the shell between it and this process, and only that shell ends.
 * Only for npm: somebody who runs this file without it may want it to continue in the background.
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

/** Resolves with the exit code; a child that was ended by a signal gives the shell's 128 + number. */
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
 * Runs a task's programs under `node` until one fails, passes the caller's arguments to the last, and returns the last exit code.
 * Only the last one gets this process's stdin and stdout; the others prepare, and print to stderr.
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
