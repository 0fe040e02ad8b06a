import { type Definition, option } from "../options/define";
import { json, stack, project } from "../options/shared-options";

export const rotate: Definition = {
  name: "rotate",
  about: "make a new credential for a stack's application now, and keep the one before until it is no longer used",
  options: [
    stack,
    ...project,
    option(
      "--scheduled",
      "rotate only if the stack's calendar has a rotation due, and only if nothing else would change",
    ),
    option("--revoke-now", "remove all others from the application at once, because one is known to be stolen"),
    option("--finish", "make none, and remove the one before the current one"),
    option("--yes", "do not ask for confirmation"),
    json,
  ],
  help: `It changes no settings, and if it is interrupted, run it again: it does the same again.
Runs pulumi up. Exit code 0: rotated, or none is due; 5: --scheduled, and the preview has other changes than the rotation.

Example:
  secure-app-model rotate --stack global --revoke-now
  secure-app-model rotate --stack global --scheduled`,
  run: "rotate",
};
