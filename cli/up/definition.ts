import { type Definition, several } from "../options/define";
import { stack, project } from "../options/shared-options";

export const up: Definition = {
  name: "up",
  about: "deploy a stack without questions, as in CI, if its state holds no other code than this program's",
  options: [
    stack,
    ...project,
    several("--may-delete <id>", "what is to go, by the id that the refusal names, or several with spaces between"),
  ],
  help: `Runs pulumi up --yes --skip-preview. Looks first at what the state holds as code, which that would run, and, by a preview,
at what it would delete: former credentials, and roles, grants and the like that a setting has left out, go without --may-delete.
Exit code 0: deployed; 1: the deployment failed, as its output says, or nothing was deployed: the state holds other code, or more
would be deleted; 2: the stack or its settings are not right, or another run held its lock for 20 minutes.

Example:
  secure-app-model up --stack global`,
  run: "up",
};
