/** The command `secure-app-model`, built, as a process. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Project, repository } from "./project";

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export async function secureAppModel(
  project: Project,
  words: string[],
  environment: Record<string, string> = {},
): Promise<CommandResult> {
  const main = join(repository, "bin", "cli", "main.js");
  const child = spawn(process.execPath, [main, ...words], {
    env: { ...project.environment, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const result: CommandResult = { code: -1, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (result.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (result.stderr += chunk.toString()));
  result.code = await new Promise((resolve) => {
    child.once("close", (code) => {
      resolve(code ?? -1);
    });
  });
  return result;
}
