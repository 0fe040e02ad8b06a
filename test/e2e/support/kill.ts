/** A run of the engine that is killed as soon as a service has done something, and before the answer arrives. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { LoggedRequest } from "../../../embedded-cloud/emulator/request-log";
import { setTimeout as sleep } from "node:timers/promises";
import { processesWith } from "./processes";
import { type Finished, finished, type Project } from "./project";

export type Request = Omit<LoggedRequest, "number" | "at">;

/** cli: what was started alone; what that started ends what it was asked for. engine: `pulumi` alone. group: every process of the run. provider: the dynamic resources' one. */
export type Victim = "cli" | "engine" | "group" | "provider";

const services = new Set(["microsoftGraph", "resourceManager", "keyVault", "partnerCenter"]);

/** A request that changes something in the cloud. */
export const isMutation = ({ service, method, status }: Request): boolean =>
  services.has(service) && method !== "GET" && status < 300;

export interface Killed extends Finished {
  /** "PUT /subscriptions/…", as the log shows it; undefined where the run ended before. */
  at: string | undefined;
}

/** Runs the engine, and kills it at the first request that `isMoment` knows. */
export async function killedAt(
  project: Project,
  isMoment: (request: Request) => boolean,
  victim: Victim,
  ...argv: string[]
): Promise<Killed> {
  const run = project.spawn(...argv);
  const [ended, at] = await Promise.all([finished(run), killAt(project, run, isMoment, victim)]);
  return { ...ended, at };
}

/** Kills a run of the stack at the first request that `isMoment` knows. @returns that request, once the run is over */
export async function killAt(
  project: Project,
  run: ChildProcess,
  isMoment: (request: Request) => boolean,
  victim: Victim,
): Promise<string | undefined> {
  const { requests } = project.emulator;
  const log = requests.add.bind(requests);
  let at: string | undefined;
  requests.add = (entry) => {
    log(entry);
    if (at !== undefined || !isMoment(entry)) return;
    at = `${entry.method} ${entry.path.replace(/\?.*/u, "")}`;
    killRun(project, run, victim);
  };
  await once(run, "close");
  requests.add = log;
  return at;
}

/** @returns whether there was one to kill */
export function killRun(project: Project, { pid = 0 }: ChildProcess, victim: Victim): boolean {
  const pids = pidsOf(project, pid, victim);
  for (const one of pids) kill(one);
  return pids.length > 0;
}

function pidsOf(project: Project, cli: number, victim: Victim): number[] {
  if (victim === "cli") return [cli];
  const isVictim = {
    engine: (command: string) => /(?:^|\/)pulumi (?:up|preview) /u.test(command),
    group: () => true,
    provider: (command: string) => command.includes("dynamic-provider"),
  }[victim];
  const started = processesWith("PULUMI_HOME", project.folder);
  return started.filter(({ command }) => isVictim(command)).map(({ pid }) => pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Waits for what a killed run has left running. @throws Error naming what is still there after 30 s */
export async function ended({ folder }: Project): Promise<void> {
  for (let left = 300; ; left -= 1) {
    // The engine's own language host, of which a run was killed before it loaded the program, looks for the engine every few minutes.
    const running = processesWith("PULUMI_HOME", folder).filter(({ command }) => !command.includes("language-nodejs"));
    if (running.length === 0) return;
    if (left === 0) throw new Error(`Still there: ${running.map(({ command }) => command).join("; ")}`);
    await sleep(100);
  }
}
