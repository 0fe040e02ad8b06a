/** The jobs of a workflow's run, from GitHub. */
import * as v from "valibot";
import { GitHub } from "../report/github";
import { type Job, toldStep } from "./job";

const conclusion = v.nullish(v.string());
const answer = v.object({
  jobs: v.array(
    v.object({
      name: v.string(),
      workflow_name: v.nullish(v.string(), ""),
      html_url: v.nullish(v.string(), ""),
      conclusion,
      steps: v.optional(v.array(v.object({ name: v.string(), conclusion })), []),
    }),
  ),
});
type Listed = v.InferOutput<typeof answer>["jobs"][number];

/** Of the run's latest attempt. @throws UsageError without a repository or token; Failure for a refusal */
export async function jobsOnGitHub(run: string, environment: NodeJS.ProcessEnv): Promise<Job[]> {
  const path = `/actions/runs/${run}/jobs?filter=latest`;
  const jobs = await new GitHub(environment, "actions: read").list(path, answer, (page) => page.jobs);
  return jobs.map((job) => ({
    workflow: job.workflow_name,
    name: job.name,
    url: job.html_url,
    outcome: outcomeOf(job),
    step: job.steps.find((step) => step.conclusion === "failure" || step.conclusion === "cancelled")?.name,
  }));
}

/** GitHub's conclusion for a job that took too long is "cancelled". */
function outcomeOf({ conclusion: ended, steps }: Listed): Job["outcome"] {
  if (ended === "success") return "succeeded";
  if (steps.some((step) => step.name === toldStep && step.conclusion === "success")) return "succeeded";
  if (ended === "cancelled") return steps.length > 0 ? "stopped" : "ended";
  return ended === "failure" || ended === "timed_out" ? "failed" : "ended";
}
