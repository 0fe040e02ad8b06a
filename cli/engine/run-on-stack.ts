/** Runs the engine on one stack, with its output read by this process. The engine ends with this process. */
import { spawn } from "cross-spawn";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { renewTokenFile } from "../../lib/azure/oidc-token";
import { Failure } from "../../lib/errors/failure";
import { interrupt, interruption, toErrors } from "../../lib/startup/waiting";
import { askWithOwn } from "./configuration";
import { type Deployment, deploymentIn } from "./deployment";
import { previewFailure } from "./preview-failure";
import { noEngine } from "./engine";
import { endGently } from "../terminal/interruption";
import { printData, printNote } from "../terminal/output";
import { isAtTerminal } from "../terminal/run-command";
import { strangeCodeIn } from "./state-code";
import { configurationFile, type StackOptions } from "../options/target-options";

export interface EngineRun {
  variables?: Readonly<Record<string, string>>;
  /** The signal that ends the engine when this process gets SIGTERM, or SIGINT from elsewhere. Default: SIGTERM. */
  ending?: NodeJS.Signals;
  /** Receives the engine's output. Default: printed to stderr, because stdout is for this command's data; without secrets, which a plugin may quote. */
  onLine?: (line: string, from: "stdout" | "stderr") => void;
  /** Receives the state as it is before the run. */
  onState?: (state: Deployment) => void;
}

/** @returns its exit code; undefined after a signal @throws UsageError; Failure for foreign code */
export async function runOnStack(
  options: StackOptions,
  argv: readonly string[],
  run: EngineRun,
): Promise<number | undefined> {
  const file = configurationFile(options);
  const state = await requireOwnCode(options);
  run.onState?.(state);
  return await start(options, file === undefined ? argv : [...argv, `--config-file=${file}`], run);
}

/** Prints each line of the engine's output at once. @param print for each line @returns the lines as well */
export async function printing(
  run: (onLine: NonNullable<EngineRun["onLine"]>) => Promise<number | undefined>,
  print = (line: string) => {
    printData(line, undefined);
  },
): Promise<{ succeeded: boolean; lines: readonly string[] }> {
  const lines: string[] = [];
  const exitCode = await run((line) => {
    lines.push(line);
    print(line);
  });
  return { succeeded: exitCode === 0, lines };
}

/** @throws Failure where the state holds code that is not this program's, or cannot be read */
export async function requireOwnCode(options: StackOptions): Promise<Deployment> {
  const asked = [exportOf(options), askWithOwn(options, process.env)] as const;
  // Both run at once; of two failures the state's is reported.
  await Promise.allSettled(asked);
  const state = await asked[0];
  const strange = strangeCodeIn(options, await asked[1], state);
  if (strange !== undefined) throw new Failure("state-code", strange);
  return state;
}

export async function exportOf(options: StackOptions): Promise<Deployment> {
  const said = { stdout: "", stderr: "" };
  const exitCode = await start(options, ["stack", "export"], { onLine: (line, from) => (said[from] += `${line}\n`) });
  interruption().throwIfAborted();
  if (exitCode !== 0) throw previewFailure(options.stack, exitCode, said.stderr, []);
  return deploymentIn(said.stdout);
}

async function start(
  { stack, cwd }: StackOptions,
  argv: readonly string[],
  { variables, ending = "SIGTERM", onLine = printNote }: EngineRun,
): Promise<number | undefined> {
  const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...variables };
  await renewTokenFile(environment);
  interruption().throwIfAborted();
  const child = spawn("pulumi", [...argv, "--non-interactive", "--color=never", `--stack=${stack}`], {
    ...(cwd === undefined ? {} : { cwd }),
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => child.kill(ending);
  const restore = endGently(() => {
    toErrors("Waiting until the engine ends what it has begun. Press Ctrl-C again to end it at once.");
    // A terminal's has reached the engine as well, and a second one would end it in the middle of a creation.
    if (!isAtTerminal()) stop();
  });
  process.on("SIGTERM", stop);
  interruption().addEventListener("abort", stop);
  for (const from of ["stdout", "stderr"] as const) {
    createInterface(child[from]).on("line", (line) => {
      onLine(line, from);
    });
  }
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    return exitCode ?? undefined;
  } catch (error) {
    throw error instanceof Error && "code" in error && error.code === "ENOENT" ? noEngine(cwd) : error;
  } finally {
    process.off("SIGTERM", stop);
    interruption().removeEventListener("abort", stop);
    if (restore()) interrupt();
  }
}
