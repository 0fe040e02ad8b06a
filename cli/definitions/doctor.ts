import type { Command } from "commander";
import type { DoctorOptions } from "../commands/doctor";
import { runtime } from "../lazy-runtime";
import { withTargetOptions } from "./shared-options";

export function defineDoctor(root: Command): void {
  withTargetOptions(root.command("doctor"))
    .description("look at every precondition, before anything is deployed and after, and print the fixes")
    .option("--tenant <id>", "the partner tenant, GUID or domain; default the login's")
    .option("--client-id <id>", "the application; default the one that the stored token names")
    .option("--stack <name>", "take all of these from a stack's configuration and outputs")
    .option("--cwd <folder>", "the folder of Pulumi.yaml; default the current one")
    .option("--config-file <file>", "the stack's configuration, where it is not Pulumi.<stack>.yaml")
    .option("--fix", "repair what can be: reply URLs, and a missing service principal; changes nothing else")
    .addHelpText(
      "after",
      `
Without --fix nothing is changed, and --cloud is all that is needed. ✓ ok, ! warning, ✗ failed or could not tell,
– skipped. Exit code 0: nothing failed; else that of the first ✗: 1 could not tell, or a right or a service
principal is missing; 2 this machine, the command line or the configuration; 3 consent needed; 4 rotation needed.

Examples:
  secure-app-model doctor --cloud AzureCloud --tenant contoso.example
  secure-app-model doctor --stack global --fix`,
    )
    .action(async (options: DoctorOptions) => {
      await runtime().doctor(options);
    });
}
