/** How what was found is shown. */
import { styleText } from "node:util";
import { type ExitCode, exitCodes } from "../exit-code";
import type { Examined } from "./examine";
import type { State } from "./finding";

const marks: Readonly<Record<State, string>> = { ok: "✓", warning: "!", failed: "✗", skipped: "–" };
const colours = { ok: "green", warning: "yellow", failed: "red", skipped: "dim" } as const;

/**
 * A line, and one more with what to do; coloured at a terminal only, and never under NO_COLOR.
 * @param results one, or several of which the same is to be said
 */
export function textOf(
  results: readonly [Examined, ...Examined[]],
  stream: NodeJS.WritableStream = process.stdout,
): string {
  const [{ state, found, fix }] = results;
  const mark = styleText(colours[state], marks[state], { stream });
  const titles = results.map(({ title }) => title).join(", ");
  return `${mark} ${titles}: ${found}${fix === undefined ? "" : `\n    fix: ${fix}`}`;
}

/** Prints results as they come; those in a row that were not looked at for the same reason, in one line. */
export class Report {
  #waiting: Examined[] = [];

  constructor(private readonly print: (text: string) => void) {}

  add(result: Examined): void {
    const last = this.#waiting.at(-1);
    if (last?.found !== result.found || last.fix !== result.fix) this.flush();
    this.#waiting.push(result);
    if (result.state !== "skipped") this.flush();
  }

  flush(): void {
    const [first, ...others] = this.#waiting;
    if (first !== undefined) this.print(textOf([first, ...others]));
    this.#waiting = [];
  }
}

/** For --json. `fix` is null where there is nothing to do. */
export function jsonOf({ name, state, found, fix }: Examined): object {
  return { name, state, found, fix: fix ?? null };
}

export function summaryOf(results: readonly Examined[]): string {
  const count = (wanted: State): number => results.filter(({ state }) => state === wanted).length;
  return `${count("ok")} fine, ${count("warning")} to watch, ${count("failed")} wrong, ${count("skipped")} not looked at`;
}

/** The first failure has to be mended first, so it names the exit code; warnings and what was not looked at are no failures. */
export function exitCodeOfResults(results: readonly Examined[]): ExitCode {
  const first = results.find(({ state }) => state === "failed");
  return first === undefined ? exitCodes.fine : (first.exitCode ?? exitCodes.failed);
}
