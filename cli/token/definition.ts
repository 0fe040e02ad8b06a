import { Argument } from "commander";
import { resourceNames } from "../redemption/resources";
import { type Definition, option, suggesting } from "../options/define";
import { partner } from "../options/shared-options";

export const token: Definition = {
  name: "token",
  argument: suggesting(new Argument("<resource>", "a short name, or a resource's client id or URI"), resourceNames),
  about: "print an access token: partner-center, arm, graph, aad-graph (retired), or a resource's client id or URI",
  options: [
    ...partner,
    option("--tenant <id>", "the customer's tenant, GUID or domain; default: the partner's own"),
    option(
      "--powershell [cmdlet]",
      "print a line for Invoke-Expression: Connect-PartnerCenter, Connect-AzAccount, Connect-MgGraph, or (retired) Connect-AzureRmAccount, Connect-MsolService; with --json the parameters to splat",
    ),
  ],
  help: `Example:
  secure-app-model token partner-center --cloud AzureCloud --vault https://contoso.vault.azure.net
  secure-app-model token graph --tenant customer.example --json
  secure-app-model token arm --powershell | Invoke-Expression`,
  run: "token",
};
