/** The jobs of a workflow's run, and those of earlier ones that are not over, from GitHub. */
import * as v from "valibot";
import { day } from "../../lib/credential/lifetime";
import { now } from "../../lib/startup/clock";
import { GitHub } from "../report/github";
import { type Job, toldStep } from "./job";

const text = v.nullish(v.string());
const jobs = v.object({
  jobs: v.array(
    v.object({
      name: v.string(),
      workflow_name: v.nullish(v.string(), ""),
      html_url: v.nullish(v.string(), ""),
      status: text,
      conclusion: text,
      created_at: text,
      steps: v.optional(v.array(v.object({ name: v.string(), conclusion: text })), []),
    }),
  ),
});
type Listed = v.InferOutput<typeof jobs>["jobs"][number];
const runs = v.object({ workflow_runs: v.array(v.object({ id: v.number(), status: text, event: text })) });

/** Days after which GitHub ends a job that waits for a reviewer. */
const longest = 30;

/**
 * @param run whose latest attempt they are of @returns those jobs; and late ones, of the same workflow's earlier runs
 * @throws UsageError without a repository or token; Failure for a refusal
 */
export async function jobsOnGitHub(run: string, environment: NodeJS.ProcessEnv): Promise<{ own: Job[]; late: Job[] }> {
  const gitHub = new GitHub(environment, "actions: read");
  const jobsOf = async (id: number | string) =>
    await gitHub.list(`/actions/runs/${id}/jobs?filter=latest`, jobs, (page) => page.jobs);
  const own = (await jobsOf(run)).map((job) => jobOf(job, outcomeOf(job)));
  const { workflow_id: workflow } = await gitHub.ask(
    "GET",
    `/actions/runs/${run}`,
    v.object({ workflow_id: v.number() }),
  );
  const dayAgo = now() - day;
  const [from, to] = [dayAgo - longest * day, dayAgo].map((at) => `${new Date(at).toISOString().slice(0, 19)}Z`);
  // Whoever may push a branch chooses the names of its jobs.
  const branch = encodeURIComponent(environment["GITHUB_REF_NAME"] ?? "main");
  const path = `/actions/workflows/${workflow}/runs?created=${from ?? ""}..${to ?? ""}&branch=${branch}`;
  const earlier = await gitHub.list(path, runs, (page) => page.workflow_runs);
  const late: Job[] = [];
  for (const { id, status, event } of earlier) {
    // A pull request's run has no job that would close its issue.
    if (status === "completed" || event === "pull_request_target" || String(id) === run) continue;
    const waiting = (await jobsOf(id)).filter((job) => isWaiting(job, dayAgo));
    late.push(...waiting.map((job) => jobOf(job, job.status === "waiting" ? "waiting" : "unbegun")));
  }
  return { own, late };
}

/** A job of a later attempt is younger than its run. */
const isWaiting = ({ status, created_at: at }: Listed, since: number): boolean =>
  status !== "completed" && status !== "in_progress" && (at ? Date.parse(at) : 0) <= since;

const jobOf = ({ workflow_name: workflow, name, html_url: url, steps }: Listed, outcome: Job["outcome"]): Job => ({
  ...{ workflow, name, url, outcome },
  step: steps.find(({ conclusion }) => conclusion === "failure" || conclusion === "cancelled")?.name,
});

function outcomeOf({ conclusion: ended, steps }: Listed): Job["outcome"] {
  if (ended === "success") return "succeeded";
  if (steps.some((step) => step.name === toldStep && step.conclusion === "success")) return "succeeded";
  if (ended === "cancelled") return steps.length > 0 ? "stopped" : "displaced";
  if (ended === "timed_out") return "timedOut";
  return ended === "failure" ? "failed" : "other";
}
