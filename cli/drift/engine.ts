/** Runs the engine's own drift check and reads its events. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type EngineEvent, hear, type Heard } from "./engine-events";
import { engineFailure, noEngine } from "./engine-failure";

export interface StackOptions {
  stack: string;
  /** Folder of Pulumi.yaml. */
  cwd?: string;
  configFile?: string;
}

/** Exit code of the engine when something would change. */
const changesProposed = 7;

/**
 * Looks at everything the stack has in the cloud, and compares it with what the program declares. Changes nothing.
 *
 * The events come through a pipe and stay in memory: among them are debug lines with the client secret in the clear, so neither an
 * event log nor any other file will do, and nothing of a debug line goes further.
 * @throws UsageError when the stack or its configuration is wrong; Error when the engine could not look
 */
export async function look(options: StackOptions): Promise<Heard> {
  const { heard, exitCode, words } = await run(options);
  const looked = exitCode === 0 || exitCode === changesProposed;
  if (looked && heard.finished) return heard;
  throw engineFailure(options, exitCode, [words, ...heard.errors].join("\n"));
}

function engineWords({ stack, configFile }: StackOptions): string[] {
  return [
    "preview",
    "--refresh",
    "--expect-no-changes",
    "--json",
    "--non-interactive",
    "--color=never",
    `--stack=${stack}`,
    ...(configFile === undefined ? [] : [`--config-file=${configFile}`]),
  ];
}

interface Ended {
  heard: Heard;
  /** Undefined when a signal ended it. */
  exitCode: number | undefined;
  /** What it said beside its events. */
  words: string;
}

async function run(options: StackOptions): Promise<Ended> {
  const child = spawn("pulumi", engineWords(options), {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true", PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A runner that cancels a job ends this process; the engine would go on for nobody.
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGTERM", pass);
  let heard: Heard = { config: {}, steps: [], errors: [], finished: false };
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => (words += chunk.toString()));
  createInterface(child.stdout).on("line", (line) => {
    const event = eventIn(line);
    if (event !== undefined) heard = hear(heard, event);
  });
  try {
    const exitCode = await new Promise<number | undefined>((resolve, reject) => {
      child.once("error", (error: NodeJS.ErrnoException) => {
        reject(error.code === "ENOENT" ? noEngine(options.cwd) : error);
      });
      child.once("close", (code) => {
        resolve(code ?? undefined);
      });
    });
    return { heard, exitCode, words };
  } finally {
    process.off("SIGTERM", pass);
  }
}

function eventIn(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined;
  }
}
