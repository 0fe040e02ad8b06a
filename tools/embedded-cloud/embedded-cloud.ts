/** The embedded cloud as a separate process, and the data that a shell or the engine needs to use it. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cloudDirectory, type CloudFilesOptions, variablesFile, writeCloudFiles } from "./cloud-files";
import type { Announcement } from "./emulator/announcement";
import { isFree } from "./free-port";

/** The line the emulator prints when it is ready. */
export type ReadyLine = Announcement;

export interface EmbeddedCloud {
  ready: ReadyLine;
  /** What the engine and the commands need: credentials, certificates, the browser. */
  variables: Record<string, string>;
  process: ChildProcess;
  stop(): Promise<void>;
}

export interface EmbeddedCloudOptions extends CloudFilesOptions {
  /** The day that its clock shows at the start. Default: today. */
  date?: string | undefined;
}

/**
 * Starts the emulator on this checkout's own ports. The stack's state contains them, so they stay the same;
 * if another program uses them, the next block is chosen, with a fresh state.
 * @throws Error when this checkout's cloud already runs, or the emulator does not start
 */
export async function startEmbeddedCloud(options: EmbeddedCloudOptions): Promise<EmbeddedCloud> {
  const { workDirectory } = options;
  await mkdir(workDirectory, { recursive: true });
  await refuseSecond(workDirectory);
  const portsFile = join(workDirectory, "ports.json");
  for (let attempt = 1; ; attempt++) {
    const port = attempt === 1 && existsSync(portsFile) ? Number(await readFile(portsFile, "utf8")) : randomBlock();
    const signInPort = signInPortOf(port);
    if (attempt < 4 && !(await isFree(signInPort))) continue;
    const started = await startProcess(options, port);
    if ("failure" in started) {
      if (attempt < 4 && started.portTaken) continue;
      throw new Error(`The embedded cloud did not start.\n${started.failure}`);
    }
    await writeFile(portsFile, `${port}\n`);
    const variables = await writeCloudFiles({ signInPort, ...options }, started.ready, started.process.pid);
    return { ...started, variables, stop: () => stop(workDirectory, started.process) };
  }
}

const firstBlock = 20_000;

/** Blocks of 16 ports, below those that systems assign automatically. */
function randomBlock(): number {
  return firstBlock + 16 * randomInt(700);
}

/** A port for each block, so that it is reserved together with the block; 8400 is for real stacks. */
function signInPortOf(block: number): number {
  return 8_500 + (block - firstBlock) / 16;
}

async function refuseSecond(workDirectory: string): Promise<void> {
  const file = join(workDirectory, variablesFile);
  if (!existsSync(file)) return;
  const { EMBEDDED_CLOUD_PID: pid } = JSON.parse(await readFile(file, "utf8")) as { EMBEDDED_CLOUD_PID?: string };
  if (pid !== undefined && isAlive(Number(pid))) {
    throw new Error(
      `The embedded cloud of this checkout runs already (process ${pid}). Use it from a shell: eval "$(npm run -s dev:env)". ` +
        `Or end it first: Ctrl-C where it runs, or kill ${pid}.`,
    );
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

type Started = { process: ChildProcess; ready: ReadyLine } | { failure: string; portTaken: boolean };

const portTakenExitCode = 1;

/** As in Pulumi.yaml: V8's default lets tens of megabytes of garbage collect, and the requests take as long. */
const smallNursery = "--max-semi-space-size=2";

async function startProcess(options: EmbeddedCloudOptions, port: number): Promise<Started> {
  const main = join(options.repository, "tools", "embedded-cloud", "bin", "emulator", "main.js");
  const directory = cloudDirectory(options.workDirectory);
  const date = options.date === undefined ? [] : ["--date", options.date];
  const child = spawn(
    process.execPath,
    [smallNursery, main, "--port", String(port), "--directory", directory, "--exit-with-parent", ...date],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: options.environment ?? process.env,
      // Not in the terminal's process group: on Ctrl-C the engine needs the cloud to finish its operations.
      detached: true,
    },
  );
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const line = await new Promise<string | undefined>((resolve) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", () => {
      resolve(undefined);
    });
  });
  if (line !== undefined) return { process: child, ready: JSON.parse(line) as ReadyLine };
  return { failure: errors.trim(), portTaken: child.exitCode === portTakenExitCode && /port/iu.test(errors) };
}

async function stop(workDirectory: string, child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
  await rm(join(workDirectory, variablesFile), { force: true });
}
