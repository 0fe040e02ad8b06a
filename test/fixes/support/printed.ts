/** Fixes as they are printed: taken from a failure's own data and run in a shell unchanged. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mostSaid } from "../../../lib/errors/text";
import type { FixDocument } from "../../../lib/errors/document";
import { asByShell, type Finished, finished } from "../../cli/support/built-command";
import { sameInEveryShell } from "./every-shell";
import { variablesOfShell } from "../../cli/support/command-of-shell";
import { escaped } from "../../support/escaped";
import { nameAndValue } from "../../support/stand-in/program";

export interface Terminal {
  env: NodeJS.ProcessEnv;
  cwd?: string;
}

/** Runs lines with bash, and ends at the first that fails. @param input content of standard input */
export async function typed({ env, cwd }: Terminal, lines: readonly string[], input = ""): Promise<Finished> {
  const shell = asByShell(env);
  const child = spawn("bash", ["--norc", "-c", ["set -e", ...lines].join("\n")], {
    env: { ...shell, ...(await variablesOfShell(shell)) },
    stdio: "pipe",
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return await finished(child);
}

/** Runs lines, which must end with this code. @throws Error with all that was printed */
export async function type(terminal: Terminal, lines: readonly string[], input?: string, code = 0): Promise<Finished> {
  const after = await typed(terminal, lines, input);
  if (after.code === code) return after;
  throw new Error(`${lines.join("\n")}\nended with ${after.code}:\n${after.stdout}\n${after.stderr}`);
}

type Fixes = readonly FixDocument[];
interface Problems {
  name?: string;
  what?: string;
  why?: string | null;
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
  for (const { what = "", why } of "error" in document ? said : [])
    if (`${what} ${why ?? ""}`.trimEnd().length > mostSaid) throw new Error(`more than anybody reads: ${what} ${why}`);
  return said
    .filter(({ name }) => finding === undefined || name === finding)
    .flatMap(({ fixes = [], problems = [] }) => [...fixes, ...problems.flatMap((one) => one.fixes)]);
}

/** The printed fixes that are defined at `id` (sites.ts): one for each of several problems. */
export function printedFixes(fixes: Fixes, id: string): [FixDocument, ...FixDocument[]] {
  const text = textIn(id);
  const pattern = new RegExp(`^${patternOf(text)}(?:: |$)`, "su");
  const [found, ...others] = fixes.filter((fix) => pattern.test(fix.text));
  if (found === undefined) throw new Error(`not printed: ${text}\nbut: ${fixes.map((fix) => fix.text).join("\n")}`);
  return [found, ...others];
}

/** Of a fix that Entra's catalogue has for several numbers: "AADSTS1,2: Do it". */
export function eachNumber(id: string): string[] {
  const [, numbers, text = ""] = /^AADSTS([\d,]+)(: .*)$/su.exec(id) ?? [];
  return numbers?.split(",").map((number) => `AADSTS${number}${text}`) ?? [id];
}

export const numberIn = (fix: string): number => Number(/^AADSTS(\d+): /u.exec(fix)?.[1]);

const textIn = (id: string): string => id.slice(id.indexOf(": ") + 2).replace(/ \(\d+\)$/u, "");

const patternOf = (text: string): string => text.split("{}").map(escaped).join(".*");

/** Lines, with the reader's values in place of the angle brackets. */
export function linesOf({ commands }: FixDocument, fill: Readonly<Record<string, string>>): string[] {
  return commands.map(({ line }) => {
    const filled = line.replace(/<([\w .=-]+)>/gu, (all, name: string) => fill[name] ?? all);
    if (/<[\w .=-]+>/u.test(filled)) throw new Error(`nobody says what to fill in: ${filled}`);
    return filled;
  });
}

/** A check in this process, with a shell's environment: returns the fixes, or nothing if all is well. */
export type Look = (environment: NodeJS.ProcessEnv) => Promise<Fixes | undefined>;

export interface FixProof {
  /** What fails: a line, without --json, or a check in this process. */
  command: string | Look;
  /** Where the fix is defined, and its text: see sites.ts. */
  fix: string;
  /** Creates the situation, in addition to those of the rows before. */
  given?: () => unknown;
  /** Doctor's finding with the fix, which is ok afterwards. */
  finding?: string;
  fill?: Readonly<Record<string, string>>;
  /** The exit code of the fix itself, for a doctor with other findings as well; default 0. */
  fixCode?: number;
  meanwhile?: () => void | Promise<void>;
  /** Input that is piped into the line, both times. */
  input?: string;
  /** The line's exit code after the fix; default 0, and any for a finding, beside which there may be others. */
  code?: number;
  /** Whether the line's output is piped into `explain`, which prints the number's own fixes. */
  explained?: boolean;
  /** Whether the engine runs the line: its program can report only text. */
  inWords?: boolean;
  /** Whether the fix replaces the line: the line is not run again. */
  itself?: boolean;
}

/** The fix that is printed, once for each problem. */
export async function fixesOf(terminal: Terminal, proof: FixProof): Promise<[FixDocument, ...FixDocument[]]> {
  const fixes = await printedFor(terminal, proof);
  for (const { commands } of fixes) for (const one of commands) await sameInEveryShell(one);
  return fixes;
}

async function printedFor(
  terminal: Terminal,
  { command, fix, input, finding, explained = false, inWords = false }: FixProof,
): Promise<[FixDocument, ...FixDocument[]]> {
  if (typeof command !== "string") return printedFixes((await command(terminal.env)) ?? [], fix);
  if (inWords) {
    const { code, stdout, stderr } = await typed(terminal, [command], input);
    if (code === 0) throw new Error(`did not fail: ${stdout}`);
    return printedFixes(fixesInWords(stdout + stderr, textIn(fix)), fix);
  }
  const line = explained ? `{ ${command} 2>&1 || true; } | secure-app-model explain --json` : `${command} --json`;
  const before = await typed(terminal, [line], input);
  // Doctor's warnings and skipped checks are not failures.
  if ((before.code === 0 && finding === undefined && !explained) || before.stdout === "")
    throw new Error(`did not fail with JSON: ${before.stderr}`);
  return printedFixes(fixesIn(before.stdout, finding), fix);
}

/** In a text for people: the commands come after a colon, up to the line's end. */
export function fixesInWords(words: string, fix: string): FixDocument[] {
  const [, text = "", lines = ""] = new RegExp(`(${patternOf(fix)}): (.*)$`, "mu").exec(words) ?? [];
  const commands = lines.split(", then ").map((line) => ({ line, program: line.split(" ", 1).join(), args: [] }));
  return lines === "" ? [] : [{ text, byPerson: false, commands }];
}

/** Takes the fix from what fails, runs it as printed, and looks again. @returns the last one's output as well */
export async function proveFix(terminal: Terminal, proof: FixProof): Promise<{ fix: FixDocument; after: Finished }> {
  await proof.given?.();
  const fixes = await fixesOf(terminal, proof);
  await proof.meanwhile?.();
  return { fix: fixes[0], after: await runAndLook(terminal, linesOfProof(fixes, proof), [proof]) };
}

/** The same for several failures that are there at once: what their fixes share is run once, a deployment last. @returns the lines */
export async function proveFixes(terminal: Terminal, proofs: readonly FixProof[]): Promise<string[]> {
  const shared = new Map<string, string>();
  for (const proof of proofs) {
    await proof.given?.();
    // Doctor's lines name the stack as well.
    for (const line of linesOfProof(await fixesOf(terminal, proof), proof))
      shared.set(line.replace(/ --stack .*$/u, ""), line);
  }
  const isDeployment = (line: string) => Number(line.startsWith("pulumi up"));
  const lines = [...shared.values()]
    .sort((one, other) => isDeployment(one) - isDeployment(other))
    // A doctor that repairs finds problems for which the deployment is the fix.
    .map((line) => (line.includes("doctor") ? `{ ${line} || [ $? -le 5 ]; }` : line));
  await runAndLook(terminal, lines, proofs);
  return lines;
}

function linesOfProof(fixes: Fixes, { fill = {}, fixCode = 0 }: FixProof): string[] {
  const lines = fixes.flatMap((fix) => linesOf(fix, fill));
  return fixCode === 0 ? lines : lines.map((line) => `{ ${line} || [ $? -eq ${fixCode} ]; }`);
}

/** Each look is in a shell of its own, with the variables that the lines left. */
async function runAndLook(terminal: Terminal, lines: string[], proofs: readonly FixProof[]): Promise<Finished> {
  const folder = await mkdtemp(join(tmpdir(), "shell-"));
  const variables = join(folder, "variables");
  const last = lines.at(-1) ?? "";
  const codeOfLines = proofs[0]?.itself === true ? proofs[0].code : 0;
  try {
    const keep = `{ echo 'unset $(compgen -e)'; export -p; } > '${variables}'`;
    let after = await type(terminal, [...lines, keep], proofs[0]?.input, codeOfLines);
    for (const { command, finding, itself = false, input, code } of proofs) {
      const again = (line: string) => [`. '${variables}'`, line];
      if (typeof command !== "string") {
        const { stdout } = await type(terminal, again("env -0"));
        const entries = stdout.split("\0").filter(Boolean).map(nameAndValue);
        expect(await command(Object.fromEntries(entries))).toBeUndefined();
      } else if (finding !== undefined) {
        const line = `${itself ? last : command} --json`;
        const hasJson = itself && last.includes(" --json");
        const { stdout } = hasJson
          ? after
          : await type(terminal, again(code === undefined ? `${line} || true` : line), "", code);
        const results = JSON.parse(stdout) as { name: string; state: string }[];
        expect(results.find(({ name }) => name === finding)).toMatchObject({ state: "ok" });
      } else if (!itself) after = await type(terminal, again(command), input, code);
    }
    return after;
  } finally {
    await rm(folder, { recursive: true });
  }
}
