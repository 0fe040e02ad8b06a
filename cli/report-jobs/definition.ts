/** The name, options and help of `report-jobs`. */
import { type Definition, option } from "../options/define";
import { issue, json, markdown, notify } from "../options/shared-options";

export const reportJobs: Definition = {
  name: "report-jobs",
  about: "report each job of a workflow's run that did not do its work, and when it succeeds again",
  options: [
    option("--run <id>", "the number of the workflow's run").makeOptionMandatory(),
    issue("for each job until it succeeds"),
    notify("what failed"),
    markdown,
    json,
  ],
  help: `For the last job of a run: a job that failed, ran out of time or was cancelled, and one of the same workflow's earlier runs that has waited
for a day, for a reviewer or to begin. It does not report a job again whose finding already has an issue. Exit code 0: all was reported, or nothing
failed; 1: a report failed. It needs GITHUB_TOKEN (permissions actions: read and issues: write) and GITHUB_REPOSITORY.

Example:
  secure-app-model report-jobs --run 16012345678 --issue --notify`,
  run: "reportJobs",
};
