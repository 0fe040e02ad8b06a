import type { Command } from "commander";
import { runtime } from "../lazy-runtime";
import { withPartnerTenant, withTargetOptions } from "./shared-options";

export function defineRenew(root: Command): void {
  withPartnerTenant(withTargetOptions(root.command("renew")))
    .description(
      "store a fresh refresh token in each one's place, without a person; all of the vault's, or one tenant's",
    )
    .option("--if-older-than <age>", "keep tokens that were stored later than this ago, such as 7d or 12h")
    .addHelpText(
      "after",
      `
Needs the role Key Vault Secrets Officer on the refresh token's secret and Key Vault Secrets User on the client secret's;
without --partner-tenant it lists the vault's secrets as well.

Example:
  secure-app-model renew --cloud AzureCloud --vault https://contoso.vault.azure.net --if-older-than 7d`,
    )
    .action(async (options: import("../commands/renew").RenewOptions) => {
      await runtime().renewTokens(options);
    });
}
