/** Fixes as they are printed: taken from a failure's own data, and their lines run unchanged. */
import { mostSaid } from "../../../lib/errors/text";
import type { FixDocument } from "../../../lib/errors/document";
import type { Finished } from "../../cli/support/built-command";
import { escaped } from "../../support/escaped";
import { sameInEveryShell } from "./every-shell";
import { ending, ran, type Terminal, type, typed } from "./shell";

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
export function fixesIn(stdout: string, finding?: string): FixDocument[] {
  const document = JSON.parse(stdout) as
    { error: Problems } | { tokens: Problems[]; credentials?: Problems[] } | readonly Problems[];
  const said =
    "error" in document
      ? [document.error]
      : "tokens" in document
        ? [...document.tokens, ...(document.credentials ?? [])]
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

/** Of an id, or of what has no place before it. */
const textIn = (id: string): string => id.replace(/^(?:\S+\.ts|AADSTS\d+): | \(\d+\)$/gu, "");

const patternOf = (text: string): string => text.split("{}").map(escaped).join(".*");

/** Lines, with the reader's values in place of the angle brackets. */
export function linesOf({ commands }: FixDocument, fill: Readonly<Record<string, string>> = {}): string[] {
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
  meanwhile?: () => unknown;
  /** Input that is piped into the line, both times. */
  input?: string;
  /** The line's exit code after the fix; default 0, and any for a finding, beside which there may be others. */
  code?: number;
  /** Whether the fix replaces the line: the line is not run again. */
  itself?: boolean;
  /** Whether bash runs the fix's lines, and then the line that fails. */
  inBash?: boolean;
}

/** The fix that is printed, once for each problem. */
export async function fixesOf(terminal: Terminal, proof: FixProof): Promise<[FixDocument, ...FixDocument[]]> {
  const { command, fix, input, finding } = proof;
  const failing = async (line: string) => {
    const { code, stdout, stderr } = await ran(terminal, [`${line} --json`], input);
    // Doctor's warnings and skipped checks are not failures.
    if ((code === 0 && finding === undefined) || stdout === "") throw new Error(`did not fail with JSON: ${stderr}`);
    return fixesIn(stdout, finding);
  };
  const all = typeof command === "string" ? await failing(command) : await command(terminal.env);
  const fixes = printedFixes(all ?? [], fix);
  for (const { commands } of fixes) for (const one of commands) await sameInEveryShell(one);
  return fixes;
}

/** In a text for people: the commands come after a colon, up to the line's end. */
export function fixesInWords(words: string, fix: string): FixDocument[] {
  const [, text = "", lines = ""] = new RegExp(`(${patternOf(textIn(fix))}): (.*)$`, "mu").exec(words) ?? [];
  const commands = lines.split(", then ").map((line) => ({ line, program: line.split(" ", 1).join(), args: [] }));
  return lines === "" ? [] : [{ text, byPerson: false, commands }];
}

/** Takes the fix from what fails, runs it as printed, and looks again. @returns the output of what was run last */
export const proveFix = async (terminal: Terminal, proof: FixProof): Promise<Finished> =>
  (await proveFixes(terminal, [proof])).after;

/** The same for several failures that are there at once: what their fixes share is run once, a deployment last. */
export async function proveFixes(
  terminal: Terminal,
  proofs: readonly FixProof[],
): Promise<{ lines: string[]; after: Finished }> {
  const printed: string[] = [];
  for (const proof of proofs) {
    await proof.given?.();
    for (const fix of await fixesOf(terminal, proof)) printed.push(...linesOf(fix, proof.fill));
    await proof.meanwhile?.();
  }
  const lines = proofs.length === 1 ? printed : shared(printed);
  // What the lines export is there for the looks that follow.
  const own = { ...terminal, env: { ...terminal.env } };
  const { command, itself = false, code = 0, inBash = false, input } = proofs[0] ?? {};
  let after: Finished = { code: 0, stdout: "", stderr: "" };
  const again = itself || typeof command !== "string" ? [] : [command];
  if (inBash) after = ending(await typed(own, [...lines, ...again], input), lines, code);
  if (inBash && again.length > 0) return { lines, after };
  for (const line of inBash ? [] : lines) {
    after = await ran(own, [line], input);
    // A doctor that repairs has other findings as well.
    const isRepair = !itself && /^secure-app-model doctor\b/u.test(line);
    ending(after, [line], ...(isRepair ? [0, 1, 2, 3, 4, 5] : [itself ? code : 0]));
  }
  for (const proof of proofs) after = await lookAgain(own, proof, lines.at(-1) ?? "", after);
  return { lines, after };
}

function shared(lines: readonly string[]): string[] {
  // Doctor's lines name the stack as well.
  const once = [...new Map(lines.map((line) => [line.replace(/ --stack .*$/u, ""), line])).values()];
  const isDeployment = (line: string) => Number(line.startsWith("pulumi up"));
  return once.sort((one, other) => isDeployment(one) - isDeployment(other));
}

async function lookAgain(terminal: Terminal, proof: FixProof, last: string, after: Finished): Promise<Finished> {
  const { command, finding, itself = false, input, code } = proof;
  if (finding !== undefined) {
    const line = `${itself ? last : String(command)} --json`;
    const looked = itself && last.includes(" --json") ? after : await ran(terminal, [line]);
    const results = JSON.parse(ending(looked, [line], code ?? looked.code).stdout) as { name: string; state: string }[];
    expect(results.find(({ name }) => name === finding)).toMatchObject({ state: "ok" });
  } else if (!itself && typeof command === "string") return await type(terminal, [command], input, code);
  else if (!itself && typeof command !== "string") expect(await command(terminal.env)).toBeUndefined();
  return after;
}
