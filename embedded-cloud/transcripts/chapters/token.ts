import { type Chapter, helpOf } from "../chapter";
import { entraRefusesTheToken } from "../conditions";

/** The command that scripts use. */
export const token: Chapter = {
  title: "token",
  prose:
    "Redeems the refresh token in the vault for one resource. The access token is all there is on standard output.",
  sections: [
    helpOf("token"),
    { title: "For Partner Center", prose: "Delegated, with MFA.", command: "secure-app-model token partner-center" },
    {
      title: "With its expiry",
      prose: "Whose token it is and until when, for scripts that keep it.",
      command: "secure-app-model token arm --json",
    },
    {
      title: "For Microsoft Graph",
      prose: "The short name of any cloud's Graph.",
      command: "secure-app-model token graph",
    },
    {
      title: "For Azure AD Graph",
      prose: "Legacy: Microsoft retired it on 2025-08-31.",
      command: "secure-app-model token aad-graph --json",
    },
    {
      title: "For any resource",
      prose: "By its URI; here the embedded cloud's Microsoft Graph.",
      command: "secure-app-model token https://127.0.0.1:24001",
    },
    {
      title: "For a customer",
      prose:
        "In the tenant of a customer that has given delegated admin privileges, for an application in AdminAgents.",
      command: "secure-app-model token arm --tenant adventure.example --json",
    },
    {
      title: "For a customer that has to consent first",
      prose: "Under granular privileges the customer's consent counts (customers, below).",
      command: "secure-app-model token graph --tenant contoso.example",
      exitCode: 3,
    },
    {
      title: "Of one partner tenant of several",
      prose: "A vault may hold the refresh tokens of several; then the tenant has to be named.",
      command: "secure-app-model token partner-center --partner-tenant partner.example",
    },
    {
      title: "For PowerShell",
      prose: "A line that connects a module with all the tokens it takes, for `| Invoke-Expression`.",
      command: "secure-app-model token arm --powershell",
    },
    {
      title: "For PowerShell, as parameters",
      prose: "To splat; `secureStrings` names those that want a SecureString.",
      command: "secure-app-model token graph --powershell --json",
    },
    {
      title: "For a retired module",
      prose: "Where it is still in use.",
      command: "secure-app-model token arm --powershell Connect-AzureRmAccount",
    },
    {
      title: "A cmdlet that takes another token",
      prose: "The right line is named.",
      command: "secure-app-model token graph --powershell Connect-AzAccount",
      exitCode: 2,
    },
    {
      title: "A resource that the tenant does not know",
      prose: "Entra's own words are kept, and what helps is added.",
      command: "secure-app-model token https://nowhere.example",
      exitCode: 3,
    },
    {
      title: "A permission that was not consented to",
      prose: "What Entra answers about Azure while `azureManagement` is off.",
      command: "secure-app-model token arm",
      exitCode: 3,
      given: [entraRefusesTheToken(65001)],
    },
    {
      title: "A revoked refresh token",
      prose: "An administrator revoked the account's sessions, or its password was reset.",
      command: "secure-app-model token partner-center",
      exitCode: 3,
      given: [entraRefusesTheToken(50173)],
    },
    {
      title: "A refresh token that nobody used for 90 days",
      prose: "The same step helps.",
      command: "secure-app-model token partner-center --json",
      exitCode: 3,
      given: [entraRefusesTheToken(700082)],
    },
    {
      title: "An expired client secret",
      prose: "Consent would not help: the secret has to be rotated.",
      command: "secure-app-model token partner-center",
      exitCode: 4,
      given: [entraRefusesTheToken(7000222)],
    },
    {
      title: "An Azure credential that does not work",
      prose: "Told apart from the application's own.",
      command: "ARM_CLIENT_SECRET=mistyped secure-app-model token partner-center",
      exitCode: 1,
    },
    {
      title: "A vault of another cloud",
      prose: "Nothing is sent to it.",
      command: "secure-app-model token partner-center --vault https://contoso.vault.usgovcloudapi.net",
      exitCode: 2,
    },
  ],
};
