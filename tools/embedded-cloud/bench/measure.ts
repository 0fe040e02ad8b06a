/** Times commands in alternating pairs, so that other load on the machine affects both sides alike. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, mkdirSync } from "node:fs";
import { join } from "node:path";

export interface Command {
  command: string;
  argv: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** @returns milliseconds from start to end; @throws Error with the end of its output if it fails */
export const time = async (command: Command): Promise<number> => (await timesOf(command)).end;

/** The same to the first output of a command that prints. */
export async function timeToOutput(command: Command): Promise<number> {
  const { output } = await timesOf(command);
  if (output === undefined) throw new Error(`${command.command} ${command.argv.join(" ")} printed nothing.`);
  return output;
}

async function timesOf({ command, argv, cwd, env }: Command): Promise<{ output: number | undefined; end: number }> {
  const since = performance.now();
  let output: number | undefined;
  const child = spawn(command, argv, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  child.stdout.once("data", () => (output = performance.now() - since));
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      resolve(exitCode ?? -1);
    });
  });
  const end = performance.now() - since;
  // The output of `token` is a token: only failures are printed, and those contain none.
  if (code !== 0) throw new Error(`${command} ${argv.join(" ")} ended with ${code}:\n${text.slice(-2000)}`);
  return { output, end };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}

/** Runs both in turn, once unmeasured, then `rounds` times. */
export async function alternately<T>(
  rounds: number,
  first: () => Promise<T>,
  second: () => Promise<T>,
): Promise<[T[], T[]]> {
  const found: [T[], T[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const pair = [await first(), await second()] as const;
    if (round > 0) pair.forEach((value, side) => found[side as 0 | 1].push(value));
  }
  return found;
}

/** @returns medians of both */
export async function inTurn(...sides: Parameters<typeof alternately<number>>): Promise<[number, number]> {
  const [first, second] = await alternately(...sides);
  return [median(first), median(second)];
}

/** The lifetime of one process and its peak memory. */
export interface Life {
  milliseconds: number;
  /** Processor time in user and system mode, of this process alone: without the engine and plugins. */
  cpuMilliseconds: number;
  megabytes: number;
}

/** Written by the hook (hook.ts) of every Node process of a run. */
interface Record extends Life {
  argv: string[];
}

/**
 * Runs a command whose Node processes each leave a record, and picks one of them.
 * @param folder emptied first
 * @param isMeant whether a process's argv is the one that is measured
 * @param run default: times it
 */
export async function lifeOf(
  command: Command,
  folder: string,
  isMeant: (argv: string[]) => boolean,
  run: (command: Command) => Promise<unknown> = time,
): Promise<Life> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const hook = join(__dirname, "hook.js");
  const env = { ...command.env, NODE_OPTIONS: `--require ${JSON.stringify(hook)}`, BENCH_RECORDS: folder };
  await run({ ...command, env });
  const records = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Record);
  const meant = records.find(({ argv }) => isMeant(argv));
  if (meant === undefined) throw new Error("The run left no record of the process that is measured.");
  return meant;
}

/** Medians of the times, the most of the memory. */
export const middle = (lives: readonly Life[]): Life => ({
  milliseconds: median(lives.map(({ milliseconds }) => milliseconds)),
  cpuMilliseconds: median(lives.map(({ cpuMilliseconds }) => cpuMilliseconds)),
  megabytes: Math.max(...lives.map(({ megabytes }) => megabytes)),
});
