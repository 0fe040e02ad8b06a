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
  const child = spawn("bash", ["--norc", "-c", ["set -e", ...lines].join("\n")], {
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
  name?: string;
  fixes?: Fixes;
  problems?: readonly { fixes: Fixes }[];
  probe?: { fixes: Fixes } | null;
}

/**
 * All fixes in what a command printed with --json: of a failure, of what is wrong in a configuration, of the doctor's findings, of
 * what a vault holds.
 * @param finding the doctor's alone
 */
function fixesIn(stdout: string, finding: string | undefined): FixDocument[] {
  const document = JSON.parse(stdout) as
    { error: Problems } | { tokens: Problems[]; clientSecrets: Problems[] } | readonly Problems[];
  const said =
    "error" in document
      ? [document.error]
      : "tokens" in document
        ? [...document.tokens, ...document.clientSecrets]
        : document;
  return said
    .filter(({ name }) => finding === undefined || name === finding)
    .flatMap(({ fixes = [], problems = [], probe }) => [
      ...fixes,
      ...problems.flatMap((one) => one.fixes),
      ...(probe?.fixes ?? []),
    ]);
}

/** The printed fixes that were made where `id` says (sites.ts): of several problems, one each. */
export function printedFixes(fixes: Fixes, id: string): [FixDocument, ...FixDocument[]] {
  const text = id.slice(id.indexOf(": ") + 2).replace(/ \(\d+\)$/u, "");
  const literal = text.split("{}").map((part) => part.replace(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`));
  const pattern = new RegExp(`^${literal.join(".*")}(?:: |$)`, "su");
  const [found, ...others] = fixes.filter((fix) => pattern.test(fix.text));
  if (found === undefined) throw new Error(`not printed: ${text}\nbut: ${fixes.map((fix) => fix.text).join("\n")}`);
  return [found, ...others];
}

/** Lines, with what stands in angle brackets filled in, as the reader does. */
export function linesOf({ commands }: FixDocument, fill: Readonly<Record<string, string>>): string[] {
  return commands.map(({ line }) => {
    const filled = line.replace(/<([\w .=-]+)>/gu, (all, name: string) => fill[name] ?? all);
    if (/<[\w .=-]+>/u.test(filled)) throw new Error(`nobody says what to fill in: ${filled}`);
    return filled;
  });
}

export interface Mending {
  /** The line that fails, without --json. */
  command: string;
  /** Where the fix was made, and its text: see sites.ts. */
  fix: string;
  /** The doctor's finding that it is printed for, where others have one of the same words. */
  finding?: string;
  /** What the reader puts in place of <…>. */
  fill?: Readonly<Record<string, string>>;
  /** The exit code of the fix itself, of a doctor that finds something else as well; default 0. */
  fixCode?: number;
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
  const { command, fill = {}, input, code = 0, itself = false, fixCode = 0, finding } = mending;
  const before = await typed(terminal, [`${command} --json`], input);
  // The doctor's warnings, and what it skips, are no failures.
  if ((before.code === 0 && finding === undefined) || before.stdout === "")
    throw new Error(`did not fail with JSON: ${before.stderr}`);
  const fixes = printedFixes(fixesIn(before.stdout, mending.finding), mending.fix);
  await mending.meanwhile?.();
  const lines = fixes.flatMap((fix) => linesOf(fix, fill));
  const taken = fixCode === 0 ? lines : lines.map((line) => `{ ${line} || [ $? -eq ${fixCode} ]; }`);
  const after = await typed(terminal, [...taken, ...(itself ? [] : [command])], input);
  const expected = finding === undefined ? code : (mending.code ?? fixCode);
  if (after.code !== expected) {
    throw new Error(`${fixes[0].text}\nended with ${after.code}:\n${after.stdout}\n${after.stderr}`);
  }
  if (finding !== undefined) {
    const { stdout } = await typed(terminal, [`${itself ? (taken.at(-1) ?? "") : command} --json || true`]);
    const { state = "none" } =
      (JSON.parse(stdout) as { name: string; state?: string }[]).find((one) => one.name === finding) ?? {};
    if (state !== "ok") throw new Error(`${fixes[0].text}\nleft ${finding} ${state}: ${stdout}`);
  }
  return { fix: fixes[0], after };
}
