import { type Definition, option } from "../options/define";
import { json, stack, project } from "../options/shared-options";

export const rotate: Definition = {
  name: "rotate",
  about: "create another credential for a stack's application, and keep the previous one",
  options: [
    stack,
    ...project,
    option(
      "--scheduled",
      "rotate only if the stack's calendar has a rotation due, and only if nothing else would change",
    ).conflicts(["revokeNow", "finish"]),
    option("--revoke-now", "remove all other credentials from the application at once: for a stolen one").conflicts(
      "finish",
    ),
    option("--finish", "create none, and remove the previous credential"),
    option("--yes", "do not ask for confirmation"),
    json,
  ],
  help: `Runs pulumi up, and changes no settings. If it is interrupted, run it again.
Exit code 0: rotated, or no rotation is due; 5: --scheduled, and the preview has other changes than the rotation.

Example:
  secure-app-model rotate --stack global --revoke-now
  secure-app-model rotate --stack global --scheduled`,
  run: "rotate",
};
