/** `report-jobs`: reports each failed job of a workflow's run, whichever step failed. */
import { documentOf } from "../../lib/errors/document";
import { Reporter } from "../report/reporter";
import { exitCodes, ExitWith, UsageError } from "../terminal/exit-code";
import { printData, printNote, printProblem } from "../terminal/output";
import { jobsOnAzureDevOps } from "./azure-devops";
import { jobsOnGitHub } from "./github";
import { issueOf, type Job, lineOf } from "./job";

export interface ReportJobsOptions {
  run: string;
  reportTo?: string;
  notify?: boolean;
  json?: boolean;
}

export async function reportJobs(options: ReportJobsOptions): Promise<void> {
  const { run } = options;
  if (!/^\d+$/u.test(run)) throw new UsageError(`"${run}" is no number of a workflow's run.`);
  const reporter = new Reporter(options, process.env);
  const { tracker = "github" } = reporter;
  const jobs = await (tracker === "github" ? jobsOnGitHub : jobsOnAzureDevOps)(run, process.env);
  const failed = jobs.filter(({ outcome }) => outcome === "failed" || outcome === "stopped");
  const errors: unknown[] = [];
  const keep = async (job: Job) => {
    const told = await reporter.keep(issueOf(job));
    errors.push(...told.errors);
    if (told.issue?.action !== "none") for (const note of told.notes) printNote(`${job.name}: ${note}`);
  };
  for (const job of jobs) await keep(job);
  if (failed.length > 0) {
    const told = await reporter.post({ title: titleOf(failed), lines: failed.map(lineOf) });
    errors.push(...told.errors);
    told.notes.forEach(printNote);
  }
  if (errors.length === 0 && tracker === "github") await keep(thisJob);
  const text = failed.length === 0 ? "No job of the run has failed." : failed.map(lineOf).join("\n");
  const json = { run, jobs, errors: errors.length === 0 ? undefined : errors.map(documentOf) };
  printData(text, options.json ? json : undefined);
  if (!options.json) errors.forEach(printProblem);
  // Failures of the jobs were reported; a failure of the reporting fails this command.
  if (errors.length > 0) throw new ExitWith(exitCodes.failed);
}

/** The job of tell.yml, whose last step reports a failure of this command: if this code runs to its end, everything was reported. */
const thisJob: Job = { workflow: "Tell", name: "tell", url: "", outcome: "succeeded", step: undefined };

const titleOf = (failed: readonly Job[]): string => {
  const workflow = failed[0]?.workflow ?? "";
  return failed.length === 1 ? `${workflow}: a job has failed` : `${workflow}: ${failed.length} jobs have failed`;
};
