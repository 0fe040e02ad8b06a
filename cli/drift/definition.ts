/** The name, options and help of `drift`. */
import type { Definition } from "../options/define";
import { issue, json, markdown, notify, stack, project } from "../options/shared-options";

export const drift: Definition = {
  name: "drift",
  about: "print the differences between the cloud and the stack's declaration; changes nothing",
  options: [stack, ...project, issue("for this stack while it has drifted"), notify("the differences"), markdown, json],
  help: `Runs pulumi preview --expect-no-changes. Exit code 0: no drift; 5: drift; 4: the rotation by the calendar is
overdue; 1: could not look; 2: no such stack, or its configuration is wrong. --issue needs GITHUB_TOKEN (permission issues: write) and GITHUB_REPOSITORY.

Example:
  secure-app-model drift --stack global
  secure-app-model drift --stack global --issue --notify`,
  run: "drift",
};
