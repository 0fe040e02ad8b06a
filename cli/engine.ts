/** The Pulumi engine, run as a person would run it, without questions and colours. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { renewTokenFile } from "../azure/oidc-token";
import { again, type Fix, pulumi, run } from "../errors/failure";
import { noEngine } from "./drift/preview-failure";
import { UsageError } from "./exit-code";

/** How long the engine may take. Milliseconds. */
const forAnswer = 60_000;
/** It may have to download a plugin first, and a plugin may wait for Azure. */
const forChange = 600_000;
/** Limit for the state of a whole stack, in bytes. */
const mostOutput = 64 * 1024 * 1024;

export interface Engine {
  /** The folder of Pulumi.yaml, or one below it. */
  cwd: string;
  environment: NodeJS.ProcessEnv;
}

/** The engine's output for a command that changes nothing. @throws UsageError with the engine's message */
export async function askEngine(engine: Engine, ...argv: readonly string[]): Promise<string> {
  return await outputOf(engine, argv, forAnswer, nameAnother);
}

/** Runs a command that changes a stack or its state. @throws UsageError with the engine's message */
export async function haveEngine(engine: Engine, ...argv: readonly string[]): Promise<string> {
  return await outputOf(engine, argv, forChange);
}

const nameAnother = run("See those that there are, and name one", pulumi("stack", "ls"), again("--stack", "<stack>"));
const nameFolder = run("Name the folder of Pulumi.yaml", again("--cwd", "<folder of Pulumi.yaml>"));

async function outputOf(
  { cwd, environment }: Engine,
  argv: readonly string[],
  timeout: number,
  ...fixes: readonly Fix[]
): Promise<string> {
  const all = [...argv, "--non-interactive", "--color", "never"];
  await renewTokenFile(environment);
  const options = { cwd, env: environment, timeout, maxBuffer: mostOutput };
  try {
    return (await promisify(execFile)("pulumi", all, options)).stdout;
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    if (!existsSync(cwd)) throw new UsageError(`There is no folder ${cwd}.`, nameFolder);
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw noEngine(cwd);
    const said = stderr.trim() || errorsIn(stdout) || message;
    const help = said.includes("no Pulumi.yaml project file found") ? [nameFolder] : fixes;
    throw new UsageError(`pulumi ${argv.join(" ")} failed: ${said}`, ...help);
  }
}

/** A run with progress prints its errors among the rest, on standard output. */
function errorsIn(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  return [...new Set(lines.filter((line) => line.startsWith("error: ")))].join("\n");
}
