/** Runs the engine on one stack, with its output read by this process. The engine ends with this process. */
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { renewTokenFile } from "../../lib/azure/oidc-token";
import { metadataOnly } from "../../lib/consent/verdict";
import { periodVariable } from "../../lib/consent/periods";
import { Failure } from "../../lib/errors/failure";
import { interruption } from "../../lib/startup/waiting";
import { deploymentIn } from "./deployment";
import { previewFailure } from "./preview-failure";
import { noEngine } from "./engine";
import { printData } from "../terminal/output";
import { strangeCodeIn } from "./state-code";
import { configurationFile, type StackOptions } from "../options/target-options";

/**
 * The program's variables for a run that only reads: no secret's value is read, because the identity may have no right to, and a vault's log of
 * refusals may trigger an alarm; and a due rotation is not a change, because the period that was applied last is declared.
 */
export const asLooking = { [metadataOnly]: "true", [periodVariable]: "applied" };

/** A deployment without questions. With SIGINT the engine ends in order. */
export const deploys = { argv: ["up", "--refresh", "--yes", "--skip-preview"], ending: "SIGINT" } as const;

export interface EngineRun {
  /** Of the program, in addition to those of this process. */
  variables: Readonly<Record<string, string>>;
  stdio: StdioOptions;
  /** The signal for the engine when a runner cancels the job (SIGTERM), or a person this command (Ctrl-C). */
  ending: NodeJS.Signals;
  begun?: (child: ChildProcess) => void;
}

/**
 * @returns its exit code; undefined if a signal ended it
 * @throws UsageError without an engine, folder or configuration; Failure where the state holds code that is not this program's
 */
export async function runOnStack(
  options: StackOptions,
  argv: readonly string[],
  run: EngineRun,
): Promise<number | undefined> {
  const file = configurationFile(options);
  await requireOwnCode(options);
  return await start(options, file === undefined ? argv : [...argv, `--config-file=${file}`], run);
}

/**
 * The same, with the engine's output as this command's: each line is printed immediately.
 * @returns the lines as well
 */
export async function runPrinting(
  options: StackOptions,
  argv: readonly string[],
  run: Pick<EngineRun, "variables" | "ending">,
): Promise<{ succeeded: boolean; lines: readonly string[] }> {
  const lines: string[] = [];
  const exitCode = await runOnStack(options, argv, {
    ...run,
    stdio: ["ignore", "pipe", "pipe"],
    begun: ({ stdout, stderr }) => {
      for (const stream of [stdout, stderr]) {
        if (stream === null) continue;
        createInterface(stream).on("line", (line) => {
          lines.push(line);
          printData(line, undefined);
        });
      }
    },
  });
  return { succeeded: exitCode === 0, lines };
}

/** @throws Failure where the state holds code that is not this program's, or cannot be read */
export async function requireOwnCode(options: StackOptions): Promise<void> {
  let [state, said] = ["", ""];
  const exitCode = await start(options, ["stack", "export"], {
    variables: {},
    stdio: ["ignore", "pipe", "pipe"],
    ending: "SIGTERM",
    begun: ({ stdout, stderr }) => {
      stdout?.setEncoding("utf8").on("data", (piece: string) => (state += piece));
      stderr?.setEncoding("utf8").on("data", (piece: string) => (said += piece));
    },
  });
  interruption().throwIfAborted();
  if (exitCode !== 0) throw previewFailure(options.stack, exitCode, said, []);
  const strange = strangeCodeIn(options, deploymentIn(state));
  if (strange !== undefined) throw new Failure("state-code", strange);
}

async function start(
  { stack, cwd }: StackOptions,
  argv: readonly string[],
  { variables, stdio, ending, begun }: EngineRun,
): Promise<number | undefined> {
  const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...variables };
  await renewTokenFile(environment);
  interruption().throwIfAborted();
  const child = spawn("pulumi", [...argv, "--non-interactive", "--color=never", `--stack=${stack}`], {
    ...(cwd === undefined ? {} : { cwd }),
    env: environment,
    stdio,
  });
  const stop = () => child.kill(ending);
  process.on("SIGTERM", stop);
  interruption().addEventListener("abort", stop);
  begun?.(child);
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    return exitCode ?? undefined;
  } catch (error) {
    throw error instanceof Error && "code" in error && error.code === "ENOENT" ? noEngine(cwd) : error;
  } finally {
    process.off("SIGTERM", stop);
    interruption().removeEventListener("abort", stop);
  }
}
