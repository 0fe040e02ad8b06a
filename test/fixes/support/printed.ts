/** Fixes as they are printed: taken from a failure's own data and run in a shell unchanged. */
import { spawn } from "node:child_process";
import type { FixDocument } from "../../../lib/errors/document";
import { type Finished, finished } from "../../cli/support/built-command";
import { variablesOfShell } from "../../cli/support/command-of-shell";

/** A person's shell. */
export interface Terminal {
  env: NodeJS.ProcessEnv;
  cwd?: string;
}

/** Runs lines with bash, and ends at the first that fails. @param input content of standard input */
export async function typed({ env, cwd }: Terminal, lines: readonly string[], input = ""): Promise<Finished> {
  const child = spawn("bash", ["--norc", "-c", ["set -e", ...lines].join("\n")], {
    env: { PATH: process.env["PATH"], ...env, ...(await variablesOfShell(env)) },
    stdio: "pipe",
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return await finished(child);
}

type Fixes = readonly FixDocument[];
interface Problems {
  name?: string;
  fixes?: Fixes;
  problems?: readonly { fixes: Fixes }[];
}

/**
 * All fixes in a command's output with --json: of a failure, of problems of a configuration, of doctor's findings, of
 * a vault's content.
 * @param finding only that of doctor
 */
function fixesIn(stdout: string, finding: string | undefined): FixDocument[] {
  const document = JSON.parse(stdout) as
    { error: Problems } | { tokens: Problems[]; clientSecrets?: Problems[] } | readonly Problems[];
  const said =
    "error" in document
      ? [document.error]
      : "tokens" in document
        ? [...document.tokens, ...(document.clientSecrets ?? [])]
        : document;
  return said
    .filter(({ name }) => finding === undefined || name === finding)
    .flatMap(({ fixes = [], problems = [] }) => [...fixes, ...problems.flatMap((one) => one.fixes)]);
}

/** The printed fixes that are defined at `id` (sites.ts): one for each of several problems. */
export function printedFixes(fixes: Fixes, id: string): [FixDocument, ...FixDocument[]] {
  const text = textIn(id);
  const pattern = new RegExp(`^${patternOf(id)}$`, "su");
  const [found, ...others] = fixes.filter((fix) => pattern.test(fix.text));
  if (found === undefined) throw new Error(`not printed: ${text}\nbut: ${fixes.map((fix) => fix.text).join("\n")}`);
  return [found, ...others];
}

const textIn = (id: string): string => id.slice(id.indexOf(": ") + 2).replace(/ \(\d+\)$/u, "");

const patternOf = (id: string): string =>
  textIn(id)
    .split("{}")
    .map((part) => part.replace(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`))
    .join(".*");

/** Lines, with the reader's values in place of the angle brackets. */
export function linesOf({ commands }: FixDocument, fill: Readonly<Record<string, string>>): string[] {
  return commands.map(({ line }) => {
    const filled = line.replace(/<([\w .=-]+)>/gu, (all, name: string) => fill[name] ?? all);
    if (/<[\w .=-]+>/u.test(filled)) throw new Error(`nobody says what to fill in: ${filled}`);
    return filled;
  });
}

export interface FixProof {
  /** The line that fails, without --json. */
  command: string;
  /** Where the fix is defined, and its text: see sites.ts. */
  fix: string;
  /** Doctor's finding with the fix, if several have a fix of the same text. */
  finding?: string;
  /** The reader's values for <…>. */
  fill?: Readonly<Record<string, string>>;
  /** The exit code of the fix itself, for a doctor with other findings as well; default 0. */
  fixCode?: number;
  /** A person's actions between the failure and the fix. */
  meanwhile?: () => void | Promise<void>;
  /** Input that is piped into the line, both times. */
  input?: string;
  /** The line's exit code after the fix; default 0. */
  code?: number;
  /** Whether the line's output is piped into `explain`, which prints the number's own fixes. */
  explained?: boolean;
  /** Whether the engine runs the line: its program can report only text. */
  inWords?: boolean;
  /** Whether the fix replaces the line: the line is not run again. */
  itself?: boolean;
}

/** The fixes that a failing line prints. */
export async function fixesOf(
  terminal: Terminal,
  proof: Omit<FixProof, "code" | "fixCode" | "itself" | "meanwhile">,
): Promise<[FixDocument, ...FixDocument[]]> {
  const { command, fix, input, finding, explained = false, inWords = false } = proof;
  if (inWords) {
    const { code, stdout, stderr } = await typed(terminal, [command], input);
    if (code === 0) throw new Error(`did not fail: ${stdout}`);
    return [fixInWords(stdout + stderr, fix)];
  }
  const line = explained ? `{ ${command} 2>&1 || true; } | secure-app-model explain --json` : `${command} --json`;
  const before = await typed(terminal, [line], input);
  // Doctor's warnings and skipped checks are not failures.
  if ((before.code === 0 && finding === undefined && !explained) || before.stdout === "")
    throw new Error(`did not fail with JSON: ${before.stderr}`);
  return printedFixes(fixesIn(before.stdout, finding), fix);
}

/** In the text for people: the commands come after a colon, up to the next fix or the line's end. */
function fixInWords(words: string, id: string): FixDocument {
  const [, , lines = ""] = new RegExp(`(${patternOf(id)}): (.*?)(?:; or: |$)`, "mu").exec(words) ?? [];
  if (lines === "") throw new Error(`not printed: ${id}\nbut: ${words}`);
  const commands = lines.split(", then ").map((line) => ({ line, program: line.split(" ", 1).join(), args: [] }));
  return { text: id, byPerson: false, commands };
}

/** Runs the line, takes the fix from its output, runs that as printed, and runs the line again. */
export async function proveFix(terminal: Terminal, proof: FixProof): Promise<{ fix: FixDocument; after: Finished }> {
  const { command, fill = {}, input, code = 0, itself = false, fixCode = 0, finding } = proof;
  const fixes = await fixesOf(terminal, proof);
  await proof.meanwhile?.();
  const lines = fixes.flatMap((fix) => linesOf(fix, fill));
  const taken = fixCode === 0 ? lines : lines.map((line) => `{ ${line} || [ $? -eq ${fixCode} ]; }`);
  const after = await typed(terminal, [...taken, ...(itself ? [] : [command])], input);
  const expected = finding === undefined ? code : (proof.code ?? fixCode);
  if (after.code !== expected) {
    throw new Error(`${fixes[0].text}\nended with ${after.code}:\n${after.stdout}\n${after.stderr}`);
  }
  if (finding !== undefined) {
    // In a separate shell, with the environment of the ones before.
    const variables = taken.filter((line) => line.startsWith("export "));
    const again = `${itself ? (taken.at(-1) ?? "") : command} --json || true`;
    const { stdout } = await typed(terminal, [...variables, again]);
    const { state = "none" } =
      (JSON.parse(stdout) as { name: string; state?: string }[]).find((one) => one.name === finding) ?? {};
    if (state !== "ok") throw new Error(`${fixes[0].text}\nleft ${finding} ${state}: ${stdout}`);
  }
  return { fix: fixes[0], after };
}
