/** A job of a workflow's run, or of a pipeline's, after its end. */

/** The step after a job's own, which runs when an issue contains the job's result: see .github/workflows and azure-pipelines. */
export const toldStep = "What was found stands in an issue";

export interface Job {
  workflow: string;
  name: string;
  /** The address of its log. */
  url: string;
  /** "ended" is neither success nor failure: it was skipped, is not over, or was replaced by a newer one before it began. */
  outcome: "succeeded" | "failed" | "stopped" | "ended";
  /** The step that failed or was stopped. */
  step: string | undefined;
}
