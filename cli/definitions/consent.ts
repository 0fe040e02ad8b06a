import type { Command } from "commander";
import { deadlineMinutes, signInPort } from "../../config/limits";
import type { ConsentCommandOptions } from "../commands/consent";
import { runtime } from "../lazy-runtime";
import { numberOption, withTargetOptions } from "./shared-options";

export function defineConsent(root: Command): void {
  withTargetOptions(root.command("consent"))
    .description("sign in once and store the refresh token, where `pulumi up` could not")
    .option(
      "--tenant <id>",
      "the partner tenant, GUID or domain; like the next three as the vault's token says, once it holds one",
    )
    .option("--client-id <id>", "the application's client id")
    .option("--client-secret-name <name>", "the vault secret that holds the client secret")
    .option("--account <upn>", "the service account that has to sign in")
    .option("--force", "sign in even though the token that is there is still valid")
    .option("--import", "take an existing refresh token from standard input instead of a sign-in")
    .option("--device-code", "refused: says why, and what to do on a machine without a browser")
    .addOption(numberOption("--port <number>", "loopback port of the sign-in", signInPort))
    .addOption(numberOption("--deadline <minutes>", "how long to wait for the sign-in", deadlineMinutes))
    .addHelpText(
      "after",
      `
Examples:
  secure-app-model consent --force
  secure-app-model consent --cloud AzureCloud --vault https://contoso.vault.azure.net \\
    --tenant contoso.example --client-id 11111111-… --client-secret-name client-secret-initial-1a2b3c4d --account svc@contoso.example

Over ssh it prints an address for a browser anywhere, and takes the address that it ends at, pasted or piped in.
For a token that exists already:
  … -o tsv | secure-app-model consent --import --tenant contoso.example --client-id … --client-secret-name …`,
    )
    .action(async (options: ConsentCommandOptions) => {
      await runtime().consentForPartner(options);
    });
}
