/** The page of `secure-app-model status`, as a partner would look at it every morning. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { workDirectoryOf } from "../engine/engine-environment";
import { run } from "./command";
import type { Stack, StackOutputs } from "./stack";

/** @returns its address */
export async function writeStatusPage(repository: string, stack: Stack, outputs: StackOutputs): Promise<string> {
  const file = join(workDirectoryOf({ repository }), "status.html");
  const main = join(repository, "bin", "cli", "main.js");
  const words = [main, "status", "--probe", "--cloud", outputs.cloud, "--vault", outputs.vaultUri, "--html", file];
  const { code } = await run(process.execPath, words, { cwd: repository, env: stack.env, output: "keep" });
  if (code !== 0) throw new Error(`secure-app-model status ended with exit code ${code}.`);
  return pathToFileURL(file).href;
}
