/**
 * The program and its providers end with the engine: a killed CLI would leave processes, one of which keeps the
 * redirect port. `doctor` finds what was left.
 * Relies on: the engine's address in PULUMI_NODEJS_ENGINE, and in argv of a provider; the names of its processes in
 * /proc; the SDK's exit code for an error that is printed already, and the texts of a refusal by an ending engine.
 * Without it: processes of a killed run stay, and a failed deployment prints a stack trace beside the failure.
 * Tested by: test/startup/engine-watch.test.ts, test/e2e/killed.test.ts
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { connect } from "node:net";

const pauseMilliseconds = 300;
/** How often the processes to end are listed: each may have started another since the last list. */
const mostLists = 100;
/** PF_EXITING of Linux's include/linux/sched.h, in the ninth field of /proc/<pid>/stat. */
const exiting = 0x4;

const address = /^127\.0\.0\.1:(\d+)$/u;

/** Watches the engine by its address, the last argument of that form: the parent process is a shell. */
export function watchEngine(): void {
  onceGone(
    process.argv.findLast((one) => address.test(one)),
    () => process.exit(1),
  );
}

/**
 * Also ends the language host, which checks rarely, and a provider that has not loaded our code yet. An engine that is
 * killed while it refreshes, before this program runs, leaves such a provider: it does nothing, and nothing ends it.
 */
export function endProgramWithEngine(environment: NodeJS.ProcessEnv = process.env): void {
  const engineAddress = environment["PULUMI_NODEJS_ENGINE"];
  const host = process.ppid;
  const engine = parentOf(host);
  const endOthers = () => {
    // A shell among them may have started one more since the list was read.
    for (let list = 0; list < mostLists; list++) {
      const pids = startedBy(engineAddress);
      if (pids.length === 0) return;
      for (const pid of pids) end(pid);
    }
  };
  onceGone(engineAddress, () => {
    endOthers();
    process.exit(1);
  });
  // A failed deployment ends while the program still registers: the SDK would print that as a failure of the program.
  // Only beside the SDK's own listener: without one Node.js ends the process, and with one alone nothing does.
  if (engineAddress !== undefined)
    process.prependListener("unhandledRejection", (reason) => {
      const { details, message = "" } = (reason ?? {}) as Partial<Error & { details: string }>;
      if (refusals.test(details ?? message)) process.exit(alreadyPrinted);
    });
  // The program may end sooner, by a request without an answer. An orphan then has another parent than
  // before, and an ending engine, whose connections are closed, is still the parent for a moment.
  process.once("exit", () => {
    if (process.ppid !== host || parentOf(host) !== engine || isEnding(engine)) endOthers();
  });
}

/** The exit code of the SDK's program for an error that is printed already. */
const alreadyPrinted = 32;

/** Texts of the engine, of the language host once the engine has ended, and of gRPC once the SDK has closed it. */
const refusals =
  /^resource monitor shut down|^connection error: desc = "transport: Error while dialing|\bChannel has been shut down$/u;

/** Checks for the engine until nothing answers at its address. A process does this only once. */
function onceGone(of: string | undefined, then: () => void): void {
  const [, port] = address.exec(of ?? "") ?? [];
  if (port === undefined || watching) return;
  watching = true;
  const look = () => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      setTimeout(look, pauseMilliseconds).unref();
    });
    socket.once("error", then);
  };
  look();
}

let watching = false;

/** Programs that notice the engine's end late or never. Plugins finish their request and end within five minutes. */
const companions =
  /(?:^|\/)(?:pulumi-)?language-nodejs$|(?:^|\/)pulumi-resource-pulumi-nodejs$|\/dynamic-provider(?:\/index\.js)?$/u;
const plugins = /(?:^|\/)pulumi-resource-azure(?:ad|-native)$/u;

/** All other processes of this machine, if it has /proc; elsewhere the language host ends after its own check. */
export const others = (): number[] =>
  (existsSync("/proc") ? readdirSync("/proc") : [])
    .filter((entry) => /^\d+$/u.test(entry) && entry !== String(process.pid))
    .map(Number);

const startedBy = (engine = ""): number[] =>
  others().filter((pid) => {
    const argv = ofProcess(pid, "cmdline").split("\0");
    return argv.includes(engine) && argv.some((word) => companions.test(word));
  });

export interface LeftProcess {
  pid: number;
  name: string;
  /** Whether it is a plugin, which may still finish its request. Other processes do nothing any more. */
  works: boolean;
}

/**
 * Processes that earlier runs of a program left behind: none has an engine above it any more.
 * @param folders where the engine may start them
 * @param home of the engine, as in PULUMI_HOME
 */
export function leftIn(folders: readonly string[], home: string | undefined): LeftProcess[] {
  const places = folders.flatMap((one) => (existsSync(one) ? [realpathSync(one)] : []));
  return others().flatMap((pid) => {
    const word = ofProcess(pid, "cmdline")
      .split("\0")
      .find((one) => companions.test(one) || plugins.test(one));
    if (
      word === undefined ||
      !places.includes(ofProcess(pid, "cwd")) ||
      homeOf(pid) !== home ||
      engineAbove(pid).length > 0
    )
      return [];
    return [{ pid, name: word.split("/").findLast((part) => part !== "index.js") ?? word, works: plugins.test(word) }];
  });
}

const homeOf = (pid: number): string | undefined =>
  /(?:^|\0)PULUMI_HOME=([^\0]*)/u.exec(ofProcess(pid, "environ"))?.[1];

/** The command line of the engine above a process, on systems with /proc; empty without one. */
export function engineAbove(pid = process.pid): string[] {
  for (let above = parentOf(pid); above !== undefined; above = parentOf(above)) {
    const commandLine = ofProcess(above, "cmdline");
    if (/(?:^|\/)pulumi\0/u.test(commandLine)) return commandLine.split("\0");
  }
  return [];
}

const parentOf = (pid: number | string): string | undefined => /^PPid:\s*(\d+)$/mu.exec(ofProcess(pid, "status"))?.[1];

/** Whether a process is ending, or a zombie. False if the process is gone, or without /proc. */
export function isEnding(pid: string | undefined): boolean {
  const stat = pid === undefined ? "" : ofProcess(pid, "stat");
  // After the name, which may contain anything, the first word is the state, the seventh the flags.
  const [state = "", , , , , , flags = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ["Z", "X"].includes(state) || (Number(flags) & exiting) !== 0;
}

/** A file of /proc, or where its link leads; "" for a process that is gone, or belongs to another user. */
function ofProcess(pid: number | string, file: "cmdline" | "cwd" | "environ" | "stat" | "status"): string {
  const path = `/proc/${pid}/${file}`;
  try {
    return file === "cwd" ? readlinkSync(path) : readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

export function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
