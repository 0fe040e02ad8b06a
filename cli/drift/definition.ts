/** The name, options and help of `drift`. */
import { type Definition, option } from "../options/define";
import { json, reportTo, stack, project } from "../options/shared-options";

export const drift: Definition = {
  name: "drift",
  about: "print what in the cloud differs from what the stack declares; changes nothing",
  options: [
    stack,
    ...project,
    reportTo("keep one issue for this stack open while it has drifted"),
    option("--markdown", "print Markdown"),
    json,
  ],
  help: `Runs pulumi preview --expect-no-changes. Exit code 0: no drift; 5: drift; 4: the rotation by the calendar is
overdue; 1: could not look; 2: no such stack, or its configuration is wrong. --report-to github needs GITHUB_TOKEN (permission issues: write) and GITHUB_REPOSITORY.

Example:
  secure-app-model drift --stack global
  secure-app-model drift --stack global --markdown --report-to github`,
  run: "drift",
};
