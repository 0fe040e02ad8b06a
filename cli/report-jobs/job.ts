/** A job of a workflow's run, after its end: as the reports of all commands. */
import type { Look } from "../report/look";
import { code } from "../report/markdown";

/** The step that runs once an issue contains the job's result: see .github/workflows. */
export const toldStep = "The finding is in an issue";

export interface Job {
  workflow: string;
  name: string;
  url: string;
  /** "ended": it was skipped, is not over, or was replaced by a newer one before it began. */
  outcome: "succeeded" | "failed" | "stopped" | "ended";
  /** The step that failed or was stopped. */
  step: string | undefined;
}

const words: Readonly<Record<Job["outcome"], string>> = {
  succeeded: "has succeeded",
  failed: "has failed",
  stopped: "was cancelled, or ran out of time",
  ended: "did not run",
};

export function lookOf({ workflow, name, url, outcome, step = "" }: Job): Look {
  const first = words[outcome];
  const log = /^https:\/\/[\w.:/-]+$/u.test(url) ? `: [its log](${url})` : "";
  const at = step === "" ? "" : `, in the step ${code(step)}`;
  const finding = { state: "failed", about: [name, step], what: `It ${first}: ${url}` } as const;
  return {
    ...{ label: "failure", of: "job", name: `${workflow}: ${name}` },
    title: `${workflow}: job ${name}`,
    first,
    body:
      `The job ${code(name)} of the workflow ${code(workflow)} ${first}${at}${log}.\n\n` +
      'docs/ci.md, "When a job fails", says what its exit code means.',
    findings: outcome === "failed" || outcome === "stopped" ? [finding] : [],
    isWhole: outcome !== "ended",
  };
}
