/** A preview as the body of a pull request's comment. */
import { withoutControls } from "../../lib/errors/harmless";
import { withoutSecrets } from "../../lib/errors/secrets";
import { code, codeBlock } from "../report/markdown";
import { runIn } from "../report/seen";

export interface Previewed {
  stack: string;
  /** Whether the engine finished. */
  succeeded: boolean;
  /** Of a pull request, if the preview is of its settings. */
  commit?: string;
  /** The output of the engine, the program and the providers. */
  text: string;
}

/** The beginning of the engine's summary, at the beginning of a line. */
const summaryBegins = /^Resources:$/mu;

/** Limit in characters; the engine's summary has a line for each kind of change. */
const mostOfSummary = 2000;

/** The summary is visible, the rest collapsed: everything is shown as text, whatever its source. */
export function previewBody({ stack, succeeded, commit, text }: Previewed, environment: NodeJS.ProcessEnv): string {
  const shown = withoutSecrets(withoutControls(text)).trim();
  const summary = succeeded ? shown.split(summaryBegins).at(-1)?.trim() : undefined;
  const log = runIn(environment);
  const rest = (lines: number) =>
    `… and ${lines} more lines: ${log === undefined ? "the log" : `[the log](${log})`} has all.`;
  const whole = codeBlock(shown, rest);
  const settings =
    commit === undefined
      ? []
      : [`With the settings of ${code(commit)}. Changes of the program, its packages and its workflows are not shown.`];
  if (summary === undefined) return [`### The preview of stack ${code(stack)} failed`, ...settings, whole].join("\n\n");
  return [
    `### Preview of stack ${code(stack)}`,
    ...settings,
    codeBlock(summary, rest, mostOfSummary),
    ["<details><summary>All of it</summary>", whole, "</details>"].join("\n\n"),
  ].join("\n\n");
}
