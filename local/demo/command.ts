/** Running a command of the demo: its lines shown as they come, or kept when they are a secret. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface CommandResult {
  code: number;
  /** Standard output; only when it was kept. */
  output: string;
}

export interface CommandOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** "show": every line, indented. "keep": standard output is returned and shown nowhere. */
  output: "show" | "keep";
}

const running = new Set<{ kill(signal: NodeJS.Signals): boolean }>();

/** Ends what still runs, gently: the engine wants to unlock its stack. */
export function interruptCommands(): void {
  for (const child of running) child.kill("SIGINT");
}

export async function run(command: string, words: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const child = spawn(command, words, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const kept: string[] = [];
  const show = (line: string) => process.stdout.write(line === "" ? "\n" : `    ${line}\n`);
  createInterface({ input: child.stdout }).on("line", (line) =>
    options.output === "keep" ? kept.push(line) : show(line),
  );
  createInterface({ input: child.stderr }).on("line", show);
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      resolve(exitCode ?? 1);
    });
  });
  running.delete(child);
  return { code, output: kept.join("\n") };
}
