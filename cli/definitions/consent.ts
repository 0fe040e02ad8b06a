import type { Command } from "commander";
import type { ConsentCommandOptions } from "../commands/consent";
import { runtime } from "../lazy-runtime";
import { withTargetOptions } from "./shared-options";

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
    .option("--force", "sign in even though a token that holds is there")
    .option("--import", "take an existing refresh token from standard input instead of a sign-in")
    .option("--device-code", "refused: says why, and what to do on a machine without a browser")
    .option("--port <number>", "loopback port of the sign-in, 1024 to 65535", "8400")
    .option("--deadline <minutes>", "how long to wait for the sign-in, 1 to 60", "10")
    .addHelpText(
      "after",
      "\nExamples:\n  secure-app-model consent --force\n  secure-app-model consent --cloud AzureCloud --vault https://contoso.vault.azure.net \\\n    --tenant contoso.example --client-id 11111111-… --client-secret-name client-secret-initial-1a2b3c4d --account svc@contoso.example\n\nOver ssh it prints an address for a browser anywhere, and takes the address that it ends at, pasted or piped in.\nFor a token that exists already:\n  … -o tsv | secure-app-model consent --import --tenant contoso.example --client-id … --client-secret-name …",
    )
    .action(async (options: ConsentCommandOptions) => {
      await runtime().consentForPartner(options);
    });
}
