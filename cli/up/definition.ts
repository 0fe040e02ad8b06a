import { type Definition } from "../options/define";
import { stack, project } from "../options/shared-options";

export const up: Definition = {
  name: "up",
  about: "deploy a stack without questions, as in CI, if its state holds no other code than this program's",
  options: [stack, ...project],
  help: `Runs pulumi up --yes --skip-preview, which runs what the state holds as the code of a resource: looks at that first.
Exit code 0: deployed; 1: the deployment failed, as its output says, or the state holds other code, and nothing ran;
2: another run held the stack's lock for 20 minutes.

Example:
  secure-app-model up --stack global`,
  run: "up",
};
