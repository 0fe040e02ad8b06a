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
