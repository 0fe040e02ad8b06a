import { type Definition, option } from "../options/define";
import { json, stack, project } from "../options/shared-options";

export const rotate: Definition = {
  name: "rotate",
  about:
    "create a new credential for a stack's application now, switch all tokens of its vault to it, and print what is left to do",
  options: [
    stack,
    ...project,
    option(
      "--scheduled",
      "rotate only if the stack's calendar has a rotation due, and only if nothing else would change",
    ),
    option(
      "--revoke-now",
      "remove the replaced credential from the application at once, because it is known to be stolen",
    ),
    option("--yes", "do not ask for confirmation"),
    json,
  ],
  help: `Without --scheduled it is for an emergency: one command does every step. If it is interrupted, run it again: it continues.
Runs pulumi up. Exit code 0: rotated, or none is due; 5: --scheduled, and the preview has other changes than the rotation.

Example:
  secure-app-model rotate --stack global --revoke-now
  secure-app-model rotate --stack global --scheduled`,
  run: "rotate",
};
