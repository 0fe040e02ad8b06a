/** `report-jobs`: reports each failed job of a workflow's run, whichever step failed. */
import { jobsOnAzureDevOps } from "./azure-devops";
import { jobsOnGitHub } from "./github";
import type { Job } from "./job";
import { lineOf, matterOf } from "./matter";
import { exitCodes, ExitWith, UsageError } from "../terminal/exit-code";
import { printData, printNote, printProblem } from "../terminal/output";
import { forIssues } from "../report/purpose";
import { issueNote, keepIssue } from "../report/issue";
import { requireTracker } from "../report/tracker";
import { postTo, webhookIn } from "../report/webhook";
import { documentOf } from "../../lib/errors/document";

export interface ReportJobsOptions {
  run: string;
  reportTo?: string;
  notify?: boolean;
  json?: boolean;
}

export async function reportJobs(options: ReportJobsOptions): Promise<void> {
  const { run, reportTo } = options;
  if (!/^\d+$/u.test(run)) throw new UsageError(`"${run}" is no number of a workflow's run.`);
  const tracker = requireTracker(reportTo, process.env, forIssues) ?? "github";
  const webhook = options.notify ? webhookIn(process.env) : undefined;
  const jobs = await (tracker === "github" ? jobsOnGitHub : jobsOnAzureDevOps)(run, process.env);
  const failed = jobs.filter(({ outcome }) => outcome === "failed" || outcome === "stopped");
  const errors: unknown[] = [];
  const attempt = async (act: () => Promise<void>) => {
    await act().catch((error: unknown) => errors.push(error));
  };
  const keep = async (job: Job) => {
    if (reportTo === undefined) return;
    const matter = matterOf(job);
    const kept = await keepIssue(matter, process.env, tracker);
    if (kept.action !== "none") printNote(`${job.name}: ${issueNote(matter, kept)}`);
  };
  for (const job of jobs) await attempt(() => keep(job));
  if (webhook !== undefined && failed.length > 0) {
    await attempt(async () => {
      await postTo(webhook, { title: titleOf(failed), lines: failed.map(lineOf) }, process.env);
      printNote("Posted to the webhook.");
    });
  }
  if (errors.length === 0 && tracker === "github") await attempt(() => keep(thisJob));
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
