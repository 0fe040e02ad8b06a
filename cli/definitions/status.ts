import type { Command } from "commander";
import { failBeforeDays, warnBeforeDays } from "../../config/limits";
import { runtime } from "../lazy-runtime";
import { numberOption, withPartnerTenant, withTargetOptions } from "./shared-options";

export function defineStatus(root: Command): void {
  withPartnerTenant(withTargetOptions(root.command("status")))
    .description("print when refresh tokens and client secrets expire, from the vault's metadata alone")
    .addOption(numberOption("--warn-days <number>", "days before an end from which it warns", warnBeforeDays))
    .addOption(numberOption("--fail-days <number>", "days before an end from which it fails", failBeforeDays))
    .option("--probe", "also redeem each token and ask Partner Center whether it is of multi-factor authentication")
    .addHelpText(
      "after",
      `
Exit codes: 0 ok, warnings included; 3 a token has to be consented to or renewed; 4 a client secret has to be rotated;
1 could not tell. With several, 4 comes before 3 before 1.

Example:
  secure-app-model status --cloud AzureCloud --vault https://contoso.vault.azure.net --probe`,
    )
    .action(async (options: import("../commands/status").StatusOptions) => {
      await runtime().status(options);
    });
}
