/** A job of a workflow's run, after its end: in an issue, and in a line of a message. */
import type { IssueReport } from "../report/issue";
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

export function issueOf(job: Job): IssueReport {
  const { workflow, name, url, outcome, step } = job;
  const isOver = outcome === "succeeded" || outcome === "ended";
  const at = step === undefined ? "" : `, in the step ${code(step)}`;
  return {
    label: "failure",
    of: "job",
    name: `${workflow}: ${name}`,
    title: `${workflow}: the job ${name} ${howItEnded(job)}`,
    body:
      `The job ${code(name)} of the workflow ${code(workflow)} ${howItEnded(job)}${at}: [its log](${url}).\n\n` +
      'docs/ci.md, "When a job fails", says what its exit code means.',
    findings: isOver ? [] : [{ state: "failed", about: [step ?? ""], what: outcome }],
    isWhole: outcome !== "ended",
    texts: {
      changed: `It ${howItEnded(job)} elsewhere now: ${step === undefined ? "no step says where" : code(step)}.`,
      gone: "It has succeeded again",
      kept: "every run of the workflow, and closed by the first in which the job succeeds",
    },
  };
}

/** For a channel: plain text. */
export const lineOf = (job: Job): string =>
  `${job.name} ${howItEnded(job)}${job.step === undefined ? "" : ` in "${job.step}"`}: ${job.url}`;

const howItEnded = ({ outcome }: Job): string =>
  outcome === "stopped" ? "was cancelled, or ran out of time" : "has failed";
