import { Argument, type Command } from "commander";
import { runtime } from "../lazy-runtime";
import { resourceNames } from "../resources";
import { suggesting, withPartnerTenant, withTargetOptions } from "./shared-options";

export function defineToken(root: Command): void {
  withPartnerTenant(withTargetOptions(root.command("token")))
    .addArgument(suggesting(new Argument("<resource>", "a short name, or a resource's URI"), resourceNames))
    .description("print an access token: partner-center, arm, graph, aad-graph (retired), or a resource's URI")
    .option("--tenant <id>", "a customer's tenant, GUID or domain, that the token is for; default the partner's own")
    .option(
      "--powershell [cmdlet]",
      "print a line for Invoke-Expression: Connect-PartnerCenter, Connect-AzAccount, Connect-MgGraph, or (retired) Connect-AzureRmAccount, Connect-MsolService; with --json the parameters to splat",
    )
    .addHelpText(
      "after",
      `
Example:
  secure-app-model token partner-center --cloud AzureCloud --vault https://contoso.vault.azure.net
  secure-app-model token graph --tenant customer.example --json
  secure-app-model token arm --powershell | Invoke-Expression`,
    )
    .action(async (resource: string, options: import("../commands/token").TokenOptions) => {
      await runtime().token(resource, options);
    });
}
