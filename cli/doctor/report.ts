/** How what was found is shown. */
import { styleText } from "node:util";
import { type ExitCode, exitCodes } from "../exit-code";
import type { Examined } from "./examine";
import type { State } from "./finding";

const marks: Readonly<Record<State, string>> = { ok: "✓", warning: "!", failed: "✗", skipped: "–" };
const colours = { ok: "green", warning: "yellow", failed: "red", skipped: "dim" } as const;

/** A line, and one more with what to do; coloured at a terminal only, and never under NO_COLOR. */
export function textOf({ state, title, found, fix }: Examined, stream: NodeJS.WritableStream = process.stdout): string {
  const mark = styleText(colours[state], marks[state], { stream });
  return `${mark} ${title}: ${found}${fix === undefined ? "" : `\n    fix: ${fix}`}`;
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
