/** How results are printed. */
import { isDeepStrictEqual } from "node:util";
import { fixLines, textOf as partsText } from "../../lib/errors/text";
import { type FindingDocument, findingDocument, marked, type State } from "../report/finding";
import { type ExitCode, exitCodes } from "../terminal/exit-code";
import type { printData } from "../terminal/output";
import type { Examined } from "./examine";

/** Results with the same text share a line; a configuration's problems are a block each. */
export function textOf(results: readonly [Examined, ...Examined[]]): string {
  const [{ state, what, why, problems, fixes = [] }] = results;
  const titles = results.map(({ title }) => title).join(", ");
  const lines = fixLines(fixes).map((line) => `\n    ${line}`);
  return `${marked(state)} ${titles}: ${partsText({ what, why, problems })}${lines.join("")}`;
}

/** Prints results immediately; consecutive ones that were skipped for the same reason, in one line. */
export class Report {
  #waiting: Examined[] = [];

  constructor(private readonly print: typeof printData) {}

  add(result: Examined): void {
    const last = this.#waiting.at(-1);
    if (last?.what !== result.what || !isDeepStrictEqual(last.fixes, result.fixes)) this.flush();
    this.#waiting.push(result);
    if (result.state !== "skipped") this.flush();
  }

  flush(): void {
    const [first, ...others] = this.#waiting;
    if (first !== undefined) this.print(textOf([first, ...others]), undefined);
    this.#waiting = [];
  }
}

export const jsonOf = (one: Examined): FindingDocument & { name: string } => ({
  name: one.name,
  ...findingDocument(one),
});

export function summaryOf(results: readonly Examined[]): string {
  const count = (wanted: State): number => results.filter(({ state }) => state === wanted).length;
  return `${count("ok")} ok, ${count("warning")} warnings, ${count("failed")} failed, ${count("skipped")} skipped`;
}

/** The first failure must be repaired first, so it determines the exit code. */
export function exitCodeOfResults(results: readonly Examined[]): ExitCode {
  const first = results.find(({ state }) => state === "failed");
  return first === undefined ? exitCodes.fine : (first.exitCode ?? exitCodes.failed);
}
