/** The command `secure-app-model`, which runs when this is loaded. Commands return; only this file exits. */
import { Command, CommanderError } from "commander";
import type { ConsentCommandOptions } from "./commands/consent";
import { exitCodeOf } from "./exit-code";
import { printError } from "./output";
import { type TargetOptions, withTargetOptions } from "./target-options";

/* eslint-disable @typescript-eslint/no-require-imports --
   Commands are loaded when they run: `--help` must not wait for libraries it does not need, and import() would load twice what others require. */

function program(): Command {
  const root = new Command("secure-app-model")
    .description("Tokens from a partner's Secure Application Model, and the consent they stand on.")
    .exitOverride()
    .showHelpAfterError("Options and an example: secure-app-model <command> --help")
    .configureHelp({ showGlobalOptions: true });
  withTargetOptions(root.command("token <resource>"))
    .description("print an access token: partner-center, arm, graph, aad-graph, or a resource's URI")
    .option("--partner-tenant <id>", "the tenant consented in, where the vault holds tokens of several")
    .addHelpText(
      "after",
      "\nExample:\n  secure-app-model token partner-center --cloud AzureCloud --vault https://contoso.vault.azure.net",
    )
    .action(async (resource: string, options: TargetOptions & { partnerTenant?: string }) => {
      const { token } = require("./commands/token") as typeof import("./commands/token.js");
      await token(resource, options);
    });
  withTargetOptions(root.command("consent"))
    .description("sign in once and store the refresh token, where `pulumi up` could not")
    .requiredOption("--tenant <id>", "the partner tenant: GUID or domain")
    .requiredOption("--client-id <id>", "the application's client id")
    .requiredOption("--client-secret-name <name>", "the vault secret that holds the client secret")
    .option("--account <upn>", "the service account that has to sign in")
    .option("--force", "sign in even though a token that holds is there")
    .option("--port <number>", "loopback port of the sign-in, 1024 to 65535", "8400")
    .option("--deadline <minutes>", "how long to wait for the sign-in, 1 to 60", "10")
    .addHelpText(
      "after",
      "\nExample:\n  secure-app-model consent --cloud AzureCloud --vault https://contoso.vault.azure.net \\\n    --tenant contoso.example --client-id 11111111-… --client-secret-name client-secret-initial-1a2b3c4d --account svc@contoso.example",
    )
    .action(async (options: ConsentCommandOptions) => {
      const { consentCommand } = require("./commands/consent") as typeof import("./commands/consent.js");
      await consentCommand(options);
    });
  return root;
}

async function main(words: string[]): Promise<number> {
  try {
    await program().parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    const exitCode = exitCodeOf(error);
    const json = words.includes("--json");
    // Commander has printed its own words already, except that JSON is wanted.
    if (!(error instanceof CommanderError) || (json && exitCode !== 0)) printError(error, exitCode, json);
    return exitCode;
  }
}

void main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
