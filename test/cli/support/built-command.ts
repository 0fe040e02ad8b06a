/** The built command as a shell starts it, without anything that a machine may have set. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const main = join(__dirname, "..", "..", "..", "bin", "cli", "main.js");

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** @param input what is piped into it; undefined: its standard input is empty */
export async function builtCommand(words: string[], input = "", environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  if (!existsSync(main)) throw new Error("There is no build in bin/. Build it: npm run build");
  const env = { PATH: process.env["PATH"] ?? "", ...environment };
  const child = spawn(process.execPath, [main, ...words], { env, stdio: "pipe" });
  const outcome: Outcome = { code: -1, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (outcome.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (outcome.stderr += chunk.toString()));
  // A command that does not read may have ended before all is written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  outcome.code = await new Promise((resolve) => {
    child.once("close", (code) => {
      resolve(code ?? -1);
    });
  });
  return outcome;
}
