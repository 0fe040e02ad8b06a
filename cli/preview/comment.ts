/** A preview as the body of a pull request's comment. */
import { withoutControls } from "../../errors/harmless";
import { code, codeBlock } from "../report/markdown";
import { runIn } from "../report/seen";
import { withoutSecrets } from "../report/secrets";

export interface Previewed {
  stack: string;
  /** Whether the engine came to its end. */
  succeeded: boolean;
  /** What the engine, the program and the providers printed. */
  text: string;
}

/** How the engine begins its summary, at the beginning of a line. */
const summaryBegins = /^Resources:$/mu;

/** The engine's has a line for each kind of change. */
const mostOfSummary = 2000;

/** The summary in sight, the rest behind a click: all of it text, whoever wrote it. */
export function previewBody({ stack, succeeded, text }: Previewed, environment: NodeJS.ProcessEnv): string {
  const shown = withoutSecrets(withoutControls(text), environment).trim();
  const summary = succeeded ? shown.split(summaryBegins).at(-1)?.trim() : undefined;
  const log = runIn(environment);
  const rest = (lines: number) =>
    `… and ${lines} more lines: ${log === undefined ? "the log" : `[the log](${log})`} has all.`;
  const whole = codeBlock(shown, rest);
  if (summary === undefined) return [`### The preview of stack ${code(stack)} failed`, whole].join("\n\n");
  return [
    `### Preview of stack ${code(stack)}`,
    codeBlock(summary, rest, mostOfSummary),
    ["<details><summary>All of it</summary>", whole, "</details>"].join("\n\n"),
  ].join("\n\n");
}
