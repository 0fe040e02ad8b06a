/** `report-jobs`: reports each failed job of a workflow's run, whichever step failed. */
import { documentOf } from "../../lib/errors/document";
import { Reporter, type TellOptions } from "../report/reporter";
import { exitCodes, ExitWith, UsageError } from "../terminal/exit-code";
import { printData, printNote, printProblem } from "../terminal/output";
import { jobsOnGitHub } from "./github";
import { issueOf, type Job, lineOf } from "./job";

export interface ReportJobsOptions extends TellOptions {
  run: string;
  json?: boolean;
}

export async function reportJobs(options: ReportJobsOptions): Promise<void> {
  const { run } = options;
  if (!/^\d+$/u.test(run)) throw new UsageError(`"${run}" is not the number of a workflow's run.`);
  const reporter = new Reporter(options, process.env);
  const jobs = await jobsOnGitHub(run, process.env);
  const failed = jobs.filter(({ outcome }) => outcome === "failed" || outcome === "stopped");
  const errors: unknown[] = [];
  const keep = async (job: Job) => {
    const told = await reporter.keep(issueOf(job));
    errors.push(...told.errors);
    if (told.issue?.action !== "none") for (const note of told.notes) printNote(`${job.name}: ${note}`);
  };
  for (const job of jobs) await keep(job);
  const lines = failed.map(lineOf);
  const [first] = failed;
  if (first !== undefined) {
    const what = failed.length === 1 ? "a job has failed" : `${failed.length} jobs have failed`;
    const told = await reporter.post({ title: `${first.workflow}: ${what}`, lines });
    errors.push(...told.errors);
    told.notes.forEach(printNote);
  }
  // tell.yml's own job, whose last step reports a failure of this command: here everything was reported.
  if (errors.length === 0)
    await keep({ workflow: "Tell", name: "tell", url: "", outcome: "succeeded", step: undefined });
  const json = { run, jobs, errors: errors.length === 0 ? undefined : errors.map(documentOf) };
  printData(first === undefined ? "No job of the run has failed." : lines.join("\n"), options.json ? json : undefined);
  if (!options.json) errors.forEach(printProblem);
  // Failures of the jobs were reported; a failure of the reporting fails this command.
  if (errors.length > 0) throw new ExitWith(exitCodes.failed);
}
