/** The jobs of a pipeline's run, from Azure DevOps. Not verified against a live organization. */
import * as v from "valibot";
import { AzureDevOps } from "../report/azure-devops";
import { forIssues } from "../report/tracker";
import { type Job, toldStep } from "./job";

const timeline = v.object({
  records: v.array(
    v.object({
      id: v.string(),
      parentId: v.nullish(v.string()),
      type: v.string(),
      name: v.string(),
      startTime: v.nullish(v.string()),
      result: v.nullish(v.string()),
    }),
  ),
});
type Listed = v.InferOutput<typeof timeline>["records"][number];

/** @param run the build's number @throws UsageError with what is missing; Failure for a refusal */
export async function jobsOnAzureDevOps(run: string, environment: NodeJS.ProcessEnv): Promise<Job[]> {
  const azureDevOps = new AzureDevOps(environment, forIssues);
  const { records } = await azureDevOps.ask("GET", `_apis/build/builds/${run}/timeline`, timeline);
  const jobs = records.filter(({ type }) => type === "Job");
  return jobs.map((job) => {
    const steps = records.filter(({ type, parentId }) => type === "Task" && parentId === job.id);
    return {
      workflow: environment["BUILD_DEFINITIONNAME"] ?? "",
      name: job.name,
      url: `${azureDevOps.address}_build/results?buildId=${run}&view=logs&j=${job.id}`,
      outcome: outcomeOf(job, steps),
      step: steps.find(({ result }) => result === "failed" || result === "canceled")?.name,
    };
  });
}

function outcomeOf({ result, startTime }: Listed, steps: readonly Listed[]): Job["outcome"] {
  if (result === "succeeded" || result === "succeededWithIssues") return "succeeded";
  if (steps.some((step) => step.name === toldStep && step.result === "succeeded")) return "succeeded";
  if (result === "canceled" || result === "abandoned") return startTime ? "stopped" : "ended";
  return result === "failed" ? "failed" : "ended";
}
