/** The built command, started as by a shell, without any variables of this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";

export const main = join(__dirname, "..", "..", "..", "bin", "cli", "main.js");

export interface Finished {
  code: number;
  stdout: string;
  /** Without what is told of a machine that is slow, and of endpoints. */
  stderr: string;
}

/** Which endpoints a command uses, in place of a public cloud's: of every one that is run here. test/cli/endpoints-told.test.ts */
const endpoints = /^Endpoints in place of Azure\w+'s: .*\.\n/gmu;

/**
 * What a command tells after five seconds without an answer or without the end of its input, and every ten of many tokens or customers: on a
 * machine that others keep busy any does. The lines have tests of their own (lib/http/client, cli/terminal/progress).
 */
const slowness =
  /^(?:Waiting for (?:an answer of 127\.0\.0\.1\S*|standard input to end), for at most .* …|[\d,]+(?: of [\d,]+)? (?:tokens|customers)\b.* a second.*)\n/gmu;

/** Starts it; its standard input stays open. @param input a descriptor to read from; default a new pipe */
export function startCommand(
  argv: string[],
  environment: NodeJS.ProcessEnv,
  input: number | "pipe" = "pipe",
): ChildProcess {
  if (!existsSync(main)) throw new Error("There is no build in bin/. Build it: npm run build");
  const env = asByShell(environment);
  const child: ChildProcess = spawn(process.execPath, [main, ...argv], { env, stdio: [input, "pipe", "pipe"] });
  // A command that does not read its input may end before it is written.
  child.stdin?.on("error", () => undefined);
  return child;
}

export async function finished(child: ChildProcess): Promise<Finished> {
  const result: Finished = { code: -1, stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (result.stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (result.stderr += chunk.toString()));
  result.code = await new Promise((resolve) => {
    child.once("close", (code) => {
      resolve(code ?? -1);
    });
  });
  return { ...result, stderr: withoutNotices(result.stderr) };
}

export const withoutNotices = (stderr: string): string => stderr.replaceAll(slowness, "").replaceAll(endpoints, "");

export async function builtCommand(argv: string[], input = "", environment: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const child = startCommand(argv, environment);
  child.stdin?.end(input);
  return await finished(child);
}

/** At a pseudo-terminal: Ctrl-C as soon as what it runs has printed "ready". @returns its exit code and its lines */
export async function interruptedAtTerminal(
  argv: string[],
  environment: NodeJS.ProcessEnv,
): Promise<[code: number, printed: string]> {
  const line = ["exec", process.execPath, main, ...argv].join(" ");
  const child = spawn("script", ["-qec", line, "/dev/null"], { env: asByShell(environment) });
  let text = "";
  child.stdout.on("data", (piece: Buffer) => {
    text += piece.toString();
    if (text.endsWith("ready\r\n")) child.stdin.write("\u0003");
  });
  const [code] = (await once(child, "close")) as [number];
  return [code, withoutNotices(text.replaceAll(/\^C|\r/gu, ""))];
}

/** The variables of a command that a shell starts: none of this machine's. */
export const asByShell = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  ...clock(),
  ...environment,
});

/** Passes on the moved clock of a run at another hour (test/support/shifted-clock.cjs). */
function clock(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, SHIFT_CLOCK_MINUTES } = process.env;
  return SHIFT_CLOCK_MINUTES === undefined ? {} : { NODE_OPTIONS, SHIFT_CLOCK_MINUTES };
}
