/** Runs the engine on one stack, with its output read by this process. The engine ends with this process. */
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { metadataOnly } from "../consent/redeemable";
import { periodVariable } from "../consent/rotation-variables";
import { interruption } from "../startup/waiting";
import { noEngine } from "./drift/preview-failure";
import { configurationFile, type StackOptions } from "./target-options";

/**
 * The program's variables for a run that only reads: no secret's value is read, because the identity may have no right to, and a vault's log of
 * refusals may trigger an alarm; and a due rotation is not a change, because the period that was applied last is declared.
 */
export const asLooking = { [metadataOnly]: "true", [periodVariable]: "applied" };

export interface EngineRun {
  /** Of the program, in addition to those of this process. */
  variables: Readonly<Record<string, string>>;
  stdio: StdioOptions;
  /** The signal for the engine when a runner cancels the job (SIGTERM), or a person this command (Ctrl-C). */
  ending: NodeJS.Signals;
  begun?: (child: ChildProcess) => void;
}

/** @returns its exit code; undefined if a signal ended it @throws UsageError without an engine, folder or configuration */
export async function runOnStack(
  options: StackOptions,
  argv: readonly string[],
  { variables, stdio, ending, begun }: EngineRun,
): Promise<number | undefined> {
  const { stack, cwd } = options;
  const file = configurationFile(options);
  const own = [`--stack=${stack}`, ...(file === undefined ? [] : [`--config-file=${file}`])];
  const child = spawn("pulumi", [...argv, "--non-interactive", "--color=never", ...own], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...variables },
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
