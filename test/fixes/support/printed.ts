/** Fixes as they are printed: taken out of a failure's own data and typed into a shell, letter by letter. */
import { spawn } from "node:child_process";
import type { FixDocument } from "../../../errors/document";
import { type Finished, finished } from "../../cli/support/built-command";

/** Where somebody types. */
export interface Terminal {
  env: NodeJS.ProcessEnv;
  cwd?: string;
}

/** Runs lines as bash does, and ends at the first that fails. @param input what its standard input holds */
export async function typed({ env, cwd }: Terminal, lines: readonly string[], input = ""): Promise<Finished> {
  const child = spawn("bash", ["-c", ["set -e", ...lines].join("\n")], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: "pipe",
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return await finished(child);
}

type Fixes = readonly FixDocument[];
interface Problems {
  fixes: Fixes;
  problems?: readonly { fixes: Fixes }[];
}

/** All fixes in what a command printed with --json: of a failure, of what is wrong in a configuration, of the doctor's findings. */
export function fixesIn(stdout: string): FixDocument[] {
  const document = JSON.parse(stdout) as { error: Problems } | readonly Problems[];
  const said = "error" in document ? [document.error] : document;
  return said.flatMap(({ fixes, problems = [] }) => [...fixes, ...problems.flatMap((one) => one.fixes)]);
}

/** The printed fix that was made where `id` says (sites.ts). */
export function printedFix(fixes: Fixes, id: string): FixDocument {
  const text = id.slice(id.indexOf(": ") + 2);
  const literal = text.split("{}").map((part) => part.replace(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`));
  const pattern = new RegExp(`^${literal.join(".*")}(?:: |$)`, "su");
  const found = fixes.find((fix) => pattern.test(fix.text));
  if (found === undefined) throw new Error(`not printed: ${text}\nbut: ${fixes.map((fix) => fix.text).join("\n")}`);
  return found;
}

/** Its lines, with what stands in angle brackets filled in, as the reader does. */
export function linesOf({ commands }: FixDocument, fill: Readonly<Record<string, string>>): string[] {
  return commands.map(({ line }) => {
    const filled = line.replace(/<([\w .-]+)>/gu, (all, name: string) => fill[name] ?? all);
    if (/<[\w .-]+>/u.test(filled)) throw new Error(`nobody says what to fill in: ${filled}`);
    return filled;
  });
}

export interface Mending {
  /** The line that fails, without --json. */
  command: string;
  /** Where the fix was made, and its text: see sites.ts. */
  fix: string;
  /** What the reader puts in place of <…>. */
  fill?: Readonly<Record<string, string>>;
  /** What a person does between the failure and the fix. */
  meanwhile?: () => void | Promise<void>;
  /** What is piped into the line, both times. */
  input?: string;
  /** The line's exit code once the fix was run; default 0. */
  code?: number;
  /** Whether the fix itself is what was asked for: the line is not typed again. */
  itself?: boolean;
}

/** Types the line, takes the fix out of what it prints, runs that as it stands, and types the line again. */
export async function mends(terminal: Terminal, mending: Mending): Promise<{ fix: FixDocument; after: Finished }> {
  const { command, fill = {}, input, code = 0, itself = false } = mending;
  const before = await typed(terminal, [`${command} --json`], input);
  if (before.code === 0 || before.stdout === "") throw new Error(`did not fail with JSON: ${before.stderr}`);
  const fix = printedFix(fixesIn(before.stdout), mending.fix);
  await mending.meanwhile?.();
  const after = await typed(terminal, [...linesOf(fix, fill), ...(itself ? [] : [command])], input);
  if (after.code !== code) throw new Error(`${fix.text}\nended with ${after.code}:\n${after.stdout}\n${after.stderr}`);
  return { fix, after };
}
