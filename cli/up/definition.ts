import { type Definition, several } from "../options/define";
import { stack, project } from "../options/shared-options";

export const up: Definition = {
  name: "up",
  about: "deploy a stack without questions, as in CI, if its state holds no other code than this program's",
  options: [
    stack,
    ...project,
    several(
      "--may-delete <id>",
      "the id of a resource to delete, as the refusal names it; several separated by spaces",
    ),
  ],
  help: `Pulumi's state can contain code. This command checks that it is this program's and, by a preview, that only former credentials
and the roles, grants and the like that a setting has left out would be deleted, or what --may-delete names. Then it runs
pulumi up --yes --skip-preview. Exit code 0: deployed; 1: the deployment failed, or a check refused it; 2: the stack or its
settings are not right, or another run held its lock for 20 minutes.

Example:
  secure-app-model up --stack global`,
  run: "up",
};
