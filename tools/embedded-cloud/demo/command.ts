/** Runs a command of the demo: its lines are shown immediately, or kept when they are secret. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { isInformative } from "./engine-lines";
import { whileRunning } from "./interruption";
import { say } from "./report";

export interface CommandResult {
  code: number;
  /** Standard output; only with "keep". */
  output: string;
}

export interface CommandOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** "show": the engine's informative lines, indented. "keep": standard output is returned and not shown. */
  output: "show" | "keep";
}

/** @throws InterruptedError when the demo was interrupted */
export async function run(command: string, argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const kept: string[] = [];
  const show = (line: string) => {
    if (isInformative(line)) say(line);
  };
  const code = await whileRunning(() => {
    const { cwd, env } = options;
    const child = spawn(command, argv, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    createInterface({ input: child.stdout }).on("line", options.output === "keep" ? (line) => kept.push(line) : show);
    createInterface({ input: child.stderr }).on("line", show);
    const ended = new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode) => {
        resolve(exitCode ?? 1);
      });
    });
    return { kill: (signal) => child.kill(signal), ended };
  });
  return { code, output: kept.join("\n") };
}
