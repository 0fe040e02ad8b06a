/**
 * A shell in the test's own process: it reads a printed line by sh's rules, and runs what needs no process here. What bash makes of the same
 * lines is seen in a sample: `inBash` of printed.ts.
 */
import { spawn } from "node:child_process";
import { asByShell, type Finished, finished } from "../../cli/support/built-command";
import { runInFolder, runsHere, variablesOfShell } from "../../cli/support/command-of-shell";
import { nameAndValue, standInFor } from "../../support/stand-in/program";

export interface Terminal {
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** In place of `az`, which no machine of the tests has. */
  az?: (argv: readonly string[]) => Promise<Finished>;
  /** Of a `consent` that names none: tests share a machine. */
  port?: number;
}

/** Runs lines with bash, and ends at the first that fails. @param input content of standard input */
export async function typed({ env, cwd, az }: Terminal, lines: readonly string[], input = ""): Promise<Finished> {
  const shell = asByShell(env);
  const standIn = az && (await standInFor("az", ({ argv }) => az(argv)));
  if (standIn) shell["PATH"] = `${standIn.folder}:${shell["PATH"]}`;
  const child = spawn("bash", ["--norc", "-c", ["set -e", ...lines].join("\n")], {
    env: { ...shell, ...(await variablesOfShell(shell)) },
    stdio: "pipe",
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  try {
    return await finished(child);
  } finally {
    await standIn?.close();
  }
}

/** The words of each command of a line, one after the other or piped. @throws Error for what is special to sh beside quotes */
export function commandsIn(line: string): string[][] {
  const commands: string[][] = [[]];
  const parts = /((?:'[^']*'|"[^"$`\\]*"|\\'|[\w@%+=:,./-])+)|( \| |; | )|(.)/gsu;
  for (const [, word, between, other] of line.matchAll(parts)) {
    if (other !== undefined) throw new Error(`${other} is special in: ${line}`);
    const quoted = /'([^']*)'|"([^"]*)"|\\'/gu;
    if (word !== undefined) commands.at(-1)?.push(word.replace(quoted, (_, one, two = "'") => String(one ?? two)));
    else if (between !== " ") commands.push([]);
  }
  return commands;
}

/** Runs lines to the first that fails; what they export stays in the terminal. @param input of each line */
export async function ran(terminal: Terminal, lines: readonly string[], input = ""): Promise<Finished> {
  let ended: Finished = { code: 0, stdout: "", stderr: "" };
  for (const line of lines) {
    ended = { ...ended, stdout: input };
    for (const words of commandsIn(line)) if (ended.code === 0) ended = await runOne(terminal, words, ended.stdout);
  }
  return ended;
}

/** Runs lines, which must end with this code. @throws Error with all that was printed */
export async function type(terminal: Terminal, lines: readonly string[], input?: string, code = 0): Promise<Finished> {
  return ending(await ran(terminal, lines, input), lines, code);
}

export function ending(ended: Finished, lines: readonly string[], ...codes: readonly number[]): Finished {
  if (codes.includes(ended.code)) return ended;
  throw new Error(`${lines.join("\n")}\nended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`);
}

async function runOne(terminal: Terminal, [program = "", ...given]: string[], input: string): Promise<Finished> {
  const { env, cwd = process.cwd(), az, port } = terminal;
  if (program === "export") Object.assign(env, Object.fromEntries(given.map(nameAndValue)));
  if (program === "unset") for (const name of given) env[name] = undefined;
  if (["export", "unset"].includes(program)) return { code: 0, stdout: "", stderr: "" };
  if (program === "az" && az !== undefined) return await az(given);
  const isOwn = program === "secure-app-model";
  const needsPort = isOwn && port !== undefined && given[0] === "consent" && !given.includes("--port");
  // Whoever types answers yes.
  const isAsked = isOwn && given[0] === "rotate" && !given.includes("--scheduled");
  const argv = [...given, ...(needsPort ? ["--port", String(port)] : []), ...(isAsked ? ["--yes"] : [])];
  if (isOwn && runsHere(env)) {
    const called = { argv, cwd, environment: env, isOneStream: false, input: () => Promise.resolve(input) };
    return await runInFolder(called);
  }
  const child = spawn(program, argv, { env: asByShell(env), cwd, stdio: "pipe" });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return await finished(child);
}
