import { deadlineMinutes, signInPort } from "../../lib/config/limits";
import { type Definition, numberOption, option } from "../options/define";
import { target } from "../options/shared-options";

export const consent: Definition = {
  name: "consent",
  about: "sign in once and store the refresh token, where `pulumi up` could not",
  options: [
    ...target,
    option(
      "--tenant <id>",
      "the partner tenant, GUID or domain; this and the next four default to what the tags of the vault's token name",
    ),
    option("--client-id <id>", "the application's client id; --as-administrator takes it from no tag"),
    option("--client-secret-name <name>", "the vault secret that holds the client secret"),
    option("--credential <reference>", "a certificate instead, as the stack's output `credential` names it"),
    option("--account <upn>", "the service account that signs in"),
    option("--force", "sign in even if the stored token is still valid"),
    option(
      "--as-administrator",
      "grant everything that the application declares to everybody in the tenant, including application permissions; stores no token",
    ),
    option("--import", "take an existing refresh token from standard input instead of a sign-in"),
    option("--device-code", "not supported: prints why, and what to do on a machine without a browser"),
    numberOption("--port <number>", "loopback port of the sign-in", signInPort),
    numberOption("--deadline <minutes>", "how long to wait for the sign-in", deadlineMinutes),
  ],
  help: `Examples:
  secure-app-model consent --force
  secure-app-model consent --cloud AzureCloud --vault https://contoso.vault.azure.net --tenant contoso.example --client-id 11111111-… --client-secret-name client-secret-initial-1a2b3c4d

An ordinary account cannot consent to the model's permissions. An administrator grants them once, and needs no role on the vault:
  secure-app-model consent --as-administrator --cloud AzureCloud --tenant contoso.example --client-id 11111111-…

Over ssh: open the printed address in any browser, then paste or pipe in the address that the browser ends at.
For a token that exists already:
  … -o tsv | secure-app-model consent --import --tenant contoso.example --client-id … --client-secret-name …`,
  run: "consentForPartner",
};
