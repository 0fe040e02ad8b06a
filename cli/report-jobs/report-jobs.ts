/** `report-jobs`: reports each job of a workflow's run that did not do its work, and those of earlier runs that wait for a day. */
import { sentence } from "../../lib/errors/failure";
import { linesOf } from "../report/look";
import { printTold, Reporter, type TellOptions, toldDocument } from "../report/reporter";
import { exitCodes, UsageError } from "../terminal/exit-code";
import { printResult } from "../terminal/result";
import { jobsOnGitHub } from "./github";
import { type Job, lookOf } from "./job";

export interface ReportJobsOptions extends TellOptions {
  run: string;
  json?: boolean;
}

export async function reportJobs(options: ReportJobsOptions): Promise<void> {
  const { run } = options;
  if (!/^\d+$/u.test(run))
    throw new UsageError(
      `--run ${run} is not the number of a workflow's run.`,
      sentence("Name it by the number behind /runs/ in its address; in a workflow GITHUB_RUN_ID has it."),
    );
  const reporter = new Reporter(options, process.env);
  const { own, late } = await jobsOnGitHub(run, process.env);
  // A job whose earlier run still waits has not succeeded.
  const isOver = ({ name, outcome }: Job) =>
    outcome !== "other" && !(outcome === "succeeded" && late.some((one) => one.name === name));
  const waiting = late.map(lookOf);
  const looks = [...own.filter(isOver).map(lookOf), ...waiting];
  // Every run sees what waits, and a channel gets it once.
  const told = await reporter.tell(looks, (look, kept) => !waiting.includes(look) || kept?.action !== "unchanged");
  const { errors } = told;
  // tell.yml's own job, whose last step reports a failure of this command: here everything was reported.
  if (errors.length === 0)
    printTold(await new Reporter({ issue: options.issue === true }, process.env).tell([lookOf(itself)]));
  const lines = looks.flatMap(linesOf);
  const document = { run, jobs: told.looks, ...toldDocument({ ...told, looks: [] }) };
  const text = () => lines.join("\n") || "No job of the run has failed.";
  // Failures of the jobs were reported; a failure of the reporting fails this command.
  const exitCode = errors.length === 0 ? exitCodes.fine : exitCodes.failed;
  printResult(options, { ...told, text, document, exitCode });
}

const itself: Job = { workflow: "Tell", name: "tell", url: "", outcome: "succeeded", step: undefined };
