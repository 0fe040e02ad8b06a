/** A job of a workflow's run that did its work, or did not, in the form of all reports. */
import type { Look } from "../report/look";
import { code } from "../report/markdown";

/** The step that runs once an issue contains the job's result: see .github/workflows. */
export const toldStep = "The finding is in an issue";

export interface Job {
  workflow: string;
  name: string;
  url: string;
  outcome: keyof typeof words;
  /** The step that failed or was stopped. */
  step: string | undefined;
}

/** How it ended, or why it has not. GitHub's conclusion for a job that took too long is "cancelled" as well. */
const words = {
  succeeded: "has succeeded",
  failed: "has failed",
  timedOut: "ran out of time",
  stopped: "was cancelled, or ran out of time",
  displaced: "was cancelled before it began, by a person or for a newer one",
  waiting: "has waited for a reviewer for a day",
  unbegun: "has not begun for a day",
  /** It was skipped, or is not over. */
  other: "did not run",
} as const;

export function lookOf({ workflow, name, url, outcome, step = "" }: Job): Look {
  const first = words[outcome];
  const log = /^https:\/\/[\w.:/-]+$/u.test(url) ? `: [its log](${url})` : "";
  const at = step === "" ? "" : `, in the step ${code(step)}`;
  const isOver = outcome === "succeeded" || outcome === "other";
  const about = [name, step];
  const finding = { state: "failed", about, what: `It ${first}: ${url}`, key: [...about, outcome] } as const;
  return {
    ...{ label: "failure", of: "job", name: `${workflow}: ${name}` },
    title: `${workflow}: job ${name}`,
    first,
    body:
      `The job ${code(name)} of the workflow ${code(workflow)} ${first}${at}${log}.\n\n` +
      'docs/ci.md, "When a job fails", says what its exit code means.',
    findings: isOver ? [] : [finding],
    isWhole: outcome !== "other",
  };
}
