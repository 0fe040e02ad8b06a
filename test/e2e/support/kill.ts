/** A run of the engine that is killed at a request: as soon as a service has processed it and before the answer arrives, or before it is processed. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import type { LoggedRequest } from "../../../tools/embedded-cloud/testing/emulator";
import { setTimeout as sleep } from "node:timers/promises";
import { activityOf, processesOfEngine, type RunningProcess } from "../../../tools/embedded-cloud/testing/processes";
import { type Finished, finished, type Project } from "./project";

export type Request = Omit<LoggedRequest, "number" | "at">;

/**
 * cli: only the started process; its child processes finish their requests. engine: only `pulumi`. group: every process of the run.
 * provider: the process of the dynamic resources. terminal: Ctrl-C twice, which reaches the started process and the engine.
 */
export type Victim = "cli" | "engine" | "group" | "provider" | "terminal";

/** The request was processed, and its answer is not read; or it is never processed. */
export type Moment = "before the answer" | "before the request";

const services = new Set(["microsoftGraph", "resourceManager", "keyVault", "partnerCenter"]);

export const isMutation = ({ service, method, status, path }: Request): boolean =>
  services.has(service) && method !== "GET" && status < 300 && !/\/checkNameAvailability|\/sign\b/u.test(path);

export interface Killed extends Finished {
  /** "PUT /subscriptions/…", as in the log; undefined if the run ended before. */
  at: string | undefined;
}

export async function killedAt(
  project: Project,
  isMoment: (request: Request) => boolean,
  how: Victim | { victim: Victim; moment: Moment },
  ...argv: string[]
): Promise<Killed> {
  const run = project.spawn(...argv);
  const { victim, moment } = typeof how === "string" ? { victim: how, moment: undefined } : how;
  const [ended, at] = await Promise.all([finished(run), killAt(project, run, isMoment, victim, moment)]);
  return { ...ended, at };
}

/** Kills a run of the stack at the first request that `isMoment` matches while the victim is there. @returns that request, once the run is over */
export async function killAt(
  project: Project,
  run: ChildProcess,
  isMoment: (request: Request) => boolean,
  victim: Victim,
  moment: Moment = "before the answer",
): Promise<string | undefined> {
  const { requests, faults } = project.emulator;
  const log = requests.add.bind(requests);
  const strike = faults.strike.bind(faults);
  let at: string | undefined;
  const isNow = (request: Request): boolean => {
    if (at !== undefined || !isMoment(request) || !killRun(project, run, victim)) return false;
    at = `${request.method} ${request.path.replace(/\?.*/u, "")}`;
    return true;
  };
  if (moment === "before the answer")
    requests.add = (entry) => {
      log(entry);
      isNow(entry);
    };
  else
    faults.strike = async (struck) => {
      const { method, url } = struck.request;
      const { pathname: path, host } = new URL(url);
      const request = { ...struck, host, method, path, status: 0, milliseconds: 0 };
      return isNow(request) ? { id: "killed", struck: 1, seen: 1, drop: true } : await strike(struck);
    };
  await once(run, "close");
  requests.add = log;
  faults.strike = strike;
  return at;
}

/** Milliseconds to the second Ctrl-C: what reaches several processes at once counts as one. */
const nextCtrlC = 1500;

export function killRun(project: Project, { pid = 0 }: ChildProcess, victim: Victim): boolean {
  const pids = pidsOf(project, pid, victim);
  const signal = () => {
    for (const one of pids) kill(one, victim === "terminal" ? "SIGINT" : "SIGKILL");
  };
  signal();
  if (victim === "terminal") setTimeout(signal, nextCtrlC);
  return pids.length > 0;
}

function pidsOf(project: Project, cli: number, victim: Victim): number[] {
  if (victim === "cli") return [cli];
  if (victim === "terminal") return [cli, ...pidsOf(project, cli, "engine")];
  const isVictim = {
    engine: (command: string) => /(?:^|\/)pulumi (?:up|preview) /u.test(command),
    group: () => true,
    provider: (command: string) => command.includes("dynamic-provider"),
  }[victim];
  return processesOf(project)
    .filter(({ command }) => isVictim(command))
    .map(({ pid }) => pid);
}

export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const connected = once(socket, "connect").then(
    () => true,
    () => false,
  );
  return await connected.finally(() => socket.destroy());
}

function kill(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * Waits for the remaining processes of a killed run, but for those that hold nothing: the engine's language host checks for the engine every few
 * minutes, a plugin goes on with its request, and a dynamic provider that had loaded nothing of ours never checks, which this ends.
 * @returns whether there was such a one
 * @throws Error with those that are still running after 30 s
 */
export async function ended(project: Project): Promise<boolean> {
  const quiet = new Map<number, { ticks: number; since: number }>();
  /** Whether it has slept for a second: it has no answer of the emulator to work on. */
  const isIdle = (pid: number): boolean => {
    const { sleeps = false, ticks = 0 } = activityOf(pid) ?? {};
    if (!sleeps || quiet.get(pid)?.ticks !== ticks) quiet.set(pid, { ticks, since: performance.now() });
    return performance.now() - (quiet.get(pid)?.since ?? 0) > 1000;
  };
  const left = await untilNone(
    project,
    (one) => !/language-nodejs|pulumi-resource-az/u.test(one.command) && !(isDynamicProvider(one) && isIdle(one.pid)),
  );
  const idle = left.filter(isDynamicProvider);
  for (const { pid } of idle) kill(pid);
  return idle.length > 0;
}

export const processesOf = ({ folder }: Project): RunningProcess[] => processesOfEngine(folder);

/** With the shell that starts it. */
export const isDynamicProvider = ({ command }: RunningProcess): boolean =>
  /dynamic-provider|pulumi-nodejs/u.test(command);

/** Waits until none is left that counts. @returns the others */
async function untilNone(project: Project, counts: (one: RunningProcess) => boolean): Promise<RunningProcess[]> {
  for (let left = 300; ; left -= 1) {
    const all = processesOf(project);
    const running = all.filter(counts);
    if (running.length === 0) return all;
    if (left === 0) throw new Error(`Still there: ${running.map(({ command }) => command).join("; ")}`);
    await sleep(100);
  }
}
