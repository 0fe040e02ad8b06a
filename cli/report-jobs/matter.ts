/** The report about one job of a workflow: in an issue, and in a line of a message. */
import type { Matter } from "../report/issue";
import { code } from "../report/markdown";
import type { Job } from "./job";

export function matterOf(job: Job): Matter {
  const { workflow, name, url, outcome, step } = job;
  const isOver = outcome === "succeeded" || outcome === "ended";
  return {
    label: "failure",
    of: "job",
    name: `${workflow}: ${name}`,
    title: titleOf(job),
    body: [
      `The job ${code(name)} of the workflow ${code(workflow)} ${howItEnded(job)}${step === undefined ? "" : `, in the step ${code(step)}`}: [its log](${url}).`,
      'docs/ci.md, "When a job fails", says what its exit code means.',
    ].join("\n\n"),
    findings: isOver ? [] : [`${outcome} ${step ?? ""}`],
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

const titleOf = (job: Job): string => `${job.workflow}: the job ${job.name} ${howItEnded(job)}`;

const howItEnded = ({ outcome }: Job): string =>
  outcome === "stopped" ? "was stopped, by somebody or after its time" : "has failed";
