/** A job of a workflow's run, or of a pipeline's, once it is over. */

/** The step behind a job's own, which runs where an issue says what the job has found: see .github/workflows and azure-pipelines. */
export const toldStep = "What was found stands in an issue";

export interface Job {
  workflow: string;
  name: string;
  /** Of its log. */
  url: string;
  /** "ended" says nothing of the job: it was skipped, is not over, or made way for a newer one before it began. */
  outcome: "succeeded" | "failed" | "stopped" | "ended";
  /** Where it failed or was stopped. */
  step: string | undefined;
}
