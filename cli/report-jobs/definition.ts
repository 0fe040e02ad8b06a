/** The name, options and help of `report-jobs`. */
import { type Definition, option } from "../options/define";
import { issue, json, markdown, notify } from "../options/shared-options";

export const reportJobs: Definition = {
  name: "report-jobs",
  about: "report each job of a workflow's run that did not do its work, and its next success",
  options: [
    option("--run <id>", "the number of the workflow's run").makeOptionMandatory(),
    issue("for each job until it succeeds"),
    notify("what failed"),
    markdown,
    json,
  ],
  help: `Run it in the last job. It reports jobs that failed, ran out of time or were cancelled, and jobs of the same workflow's earlier runs that have
waited for a day, for a reviewer or to begin, unless an issue already has the finding. Exit code 0: all was reported, or nothing failed;
1: a report failed. It needs GITHUB_TOKEN (permissions actions: read and issues: write) and GITHUB_REPOSITORY.

Example:
  secure-app-model report-jobs --run 16012345678 --issue --notify`,
  run: "reportJobs",
};
