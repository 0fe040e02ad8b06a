/** A run of the engine on one stack, whose output is for somebody else than a terminal. It ends with this process. */
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { metadataOnly } from "../consent/redeemable";
import { periodVariable } from "../consent/rotation-variables";
import { interruption } from "../startup/waiting";
import { noEngine } from "./drift/preview-failure";
import { configurationFile, type StackOptions } from "./target-options";

/**
 * The program's variables where it is only looked at: no secret's value is read, since the identity that looks may read none, and a vault's log of
 * refusals is somebody's alarm; and a rotation that is due is no change, because the period that was applied last is declared.
 */
export const asLooking = { [metadataOnly]: "true", [periodVariable]: "applied" };

export interface EngineRun {
  /** Of the program, beside those of this process. */
  variables: Readonly<Record<string, string>>;
  stdio: StdioOptions;
  /** What ends the engine where a runner cancels the job (SIGTERM), or a person this command (Ctrl-C). */
  ending: NodeJS.Signals;
  begun?: (child: ChildProcess) => void;
}

/** @returns its exit code; undefined where a signal ended it @throws UsageError where there is no engine, folder or configuration */
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
