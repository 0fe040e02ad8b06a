/** How results are printed. */
import { isDeepStrictEqual, styleText } from "node:util";
import { fixDocuments, problemDocument } from "../../lib/errors/document";
import { harmlessLine } from "../../lib/errors/harmless";
import { fixesText } from "../../lib/errors/text";
import { type ExitCode, exitCodes } from "../terminal/exit-code";
import type { Examined } from "./examine";
import type { State } from "./check";

const marks = { ok: ["green", "✓"], warning: ["yellow", "!"], failed: ["red", "✗"], skipped: ["dim", "–"] } as const;

/** A line, and one more with the fixes, for results with the same text. */
export function textOf(results: readonly [Examined, ...Examined[]]): string {
  const [{ state, found, fixes = [] }] = results;
  const [colour, sign] = marks[state];
  const titles = results.map(({ title }) => title).join(", ");
  const fix = fixesText(fixes);
  return `${styleText(colour, sign)} ${titles}: ${harmlessLines(found)}${fix === "" ? "" : `\n    fix: ${fix}`}`;
}

/** A result usually has one line; several problems of a configuration are a block each. */
const harmlessLines = (text: string): string => text.split("\n").map(harmlessLine).join("\n");

/** Prints results immediately; consecutive ones that were skipped for the same reason, in one line. */
export class Report {
  #waiting: Examined[] = [];

  constructor(private readonly print: (text: string) => void) {}

  add(result: Examined): void {
    const last = this.#waiting.at(-1);
    if (last?.found !== result.found || !isDeepStrictEqual(last.fixes, result.fixes)) this.flush();
    this.#waiting.push(result);
    if (result.state !== "skipped") this.flush();
  }

  flush(): void {
    const [first, ...others] = this.#waiting;
    if (first !== undefined) this.print(textOf([first, ...others]));
    this.#waiting = [];
  }
}

/** For --json. `fix` is all fixes as one text, null if there is none. */
export function jsonOf({ name, state, found, fixes = [], problems }: Examined): object {
  return {
    name,
    state,
    found: harmlessLines(found),
    fix: fixesText(fixes) || null,
    fixes: fixDocuments({ fixes }),
    ...(problems === undefined ? {} : { problems: problems.map(problemDocument) }),
  };
}

export function summaryOf(results: readonly Examined[]): string {
  const count = (wanted: State): number => results.filter(({ state }) => state === wanted).length;
  return `${count("ok")} ok, ${count("warning")} warnings, ${count("failed")} failed, ${count("skipped")} skipped`;
}

/** The first failure must be repaired first, so it determines the exit code; warnings and skipped checks are not failures. */
export function exitCodeOfResults(results: readonly Examined[]): ExitCode {
  const first = results.find(({ state }) => state === "failed");
  return first === undefined ? exitCodes.fine : (first.exitCode ?? exitCodes.failed);
}
