import { deadlineMinutes, signInPort } from "../../lib/config/limits";
import { clientIdOption, type Definition, numberOption, option } from "../options/define";
import { target } from "../options/shared-options";

const ofToken = "default: read from the stored token";

export const consent: Definition = {
  name: "consent",
  about: "sign in once and store the refresh token, where `pulumi up` could not",
  options: [
    ...target,
    option("--tenant <id>", `the partner tenant, GUID or domain; ${ofToken}`),
    clientIdOption(`the application's client id; ${ofToken}, but not with --as-administrator`),
    option(
      "--credential <name>",
      `the vault secret with the credential, as in the stack's output credential; ${ofToken}`,
    ),
    option("--account <upn>", `the service account that signs in; ${ofToken}`),
    option("--force", "sign in even if the stored token is still valid"),
    option(
      "--as-administrator",
      "grant all declared permissions for the whole tenant, including application permissions; stores no token",
    ),
    option("--import", "take an existing refresh token from standard input instead of a sign-in"),
    option("--device-code", "not supported: prints why, and what to do on a machine without a browser"),
    numberOption("--port <number>", "loopback port of the sign-in", signInPort),
    numberOption("--deadline <minutes>", "time to wait for the sign-in", deadlineMinutes),
  ],
  help: `Examples:
  secure-app-model consent --force
  secure-app-model consent --cloud AzureCloud --vault https://contoso.vault.azure.net --tenant contoso.example --client-id 11111111-… --credential client-credential-1a2b3c4d

An ordinary account cannot consent to the model's permissions. An administrator grants them once, and needs no role on the vault:
  secure-app-model consent --as-administrator --cloud AzureCloud --tenant contoso.example --client-id 11111111-…

Over ssh: open the printed address in any browser, then paste or pipe in the address where the browser ends.
For a token that you already have:
  … -o tsv | secure-app-model consent --import --tenant contoso.example --client-id … --credential …`,
  run: "consentForPartner",
};
