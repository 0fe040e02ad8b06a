/** The name, options and help of `doctor`. */
import { clientIdOption, type Definition, option } from "../options/define";
import { project, target } from "../options/shared-options";

export const doctor: Definition = {
  name: "doctor",
  about: "check every precondition, before a deployment and after it, and print the fixes",
  options: [
    ...target,
    option("--tenant <id>", "the partner tenant, GUID or domain; default: the login's"),
    clientIdOption("the application's client id; default: read from the stored token"),
    option("--stack <name>", "take all of these from a stack's configuration and outputs"),
    ...project,
    option(
      "--fix",
      "repair reply URLs, a missing service principal, a deleted application and, with --stack, what a killed run left; changes nothing else",
    ),
    option(
      "--yes",
      "with --fix: do not ask before an application is restored, or a client secret that no state has is removed",
    ),
    option(
      "--probe",
      "also redeem the stored token for all declared resources, and ask Partner Center whether it was issued with MFA",
    ),
  ],
  help: `Without --fix nothing is changed; without --probe no secret's value is read. Only --cloud is required.
✓ ok, ! warning, ✗ failed or could not tell, – skipped. Exit code 0: nothing failed; else that of the first ✗:
1 could not tell, or a right or a service principal is missing; 2 this machine, the command line or the configuration; 3 consent needed; 4 rotation needed.

Examples:
  secure-app-model doctor --cloud AzureCloud --tenant contoso.example
  secure-app-model doctor --stack global --fix
  secure-app-model doctor --stack global --probe`,
  run: "doctor",
};
