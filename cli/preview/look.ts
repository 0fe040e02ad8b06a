/** A preview, in the form of all reports: for a pull request's comment. */
import { withoutControls } from "../../lib/errors/harmless";
import { withoutSecrets } from "../../lib/errors/secrets";
import { type Look, runIn, type Subject } from "../report/look";
import { code, codeBlock } from "../report/markdown";

export interface Previewed {
  stack: string;
  succeeded: boolean;
  /** The commit of a pull request whose settings are previewed. */
  commit?: string | undefined;
  /** The output of the engine, the program and the providers. */
  text: string;
}

/** Limit in characters; the engine's summary has a line for each kind of change. */
const mostOfSummary = 2000;

export const subjectOf = (stack: string): Subject => ({
  ...{ label: "preview", of: "stack", name: stack },
  title: `Preview of stack ${stack}`,
});

export function lookOf(previewed: Previewed, environment: NodeJS.ProcessEnv): Look {
  const { stack, succeeded } = previewed;
  const failure = { state: "failed", about: [stack], what: "The preview failed." } as const;
  return {
    ...subjectOf(stack),
    first: succeeded ? "succeeded" : "failed",
    findings: succeeded ? [] : [failure],
    body: previewBody(previewed, environment),
  };
}

/** The summary is visible, the rest collapsed: everything is shown as text, whatever its source. */
function previewBody({ succeeded, commit, text }: Previewed, environment: NodeJS.ProcessEnv): string {
  const shown = withoutSecrets(withoutControls(text)).trim();
  const log = runIn(environment);
  const rest = (lines: number) =>
    `… and ${lines} more lines: ${log === undefined ? "the log" : `[the log](${log})`} has all.`;
  const whole = codeBlock(shown, rest);
  const settings =
    commit === undefined
      ? []
      : [
          `With the settings of ${code(commit)}. Changes of the program, its packages and its workflows are not included.`,
        ];
  if (!succeeded) return [...settings, whole].join("\n\n");
  const summary = shown.split(/^Resources:$/mu).at(-1) ?? "";
  return [
    ...settings,
    codeBlock(summary.trim(), rest, mostOfSummary),
    "<details><summary>All of it</summary>",
    whole,
    "</details>",
  ].join("\n\n");
}
