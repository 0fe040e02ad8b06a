import type { Command } from "commander";
import { withTargetOptions } from "../target-options";

export function defineToken(root: Command): void {
  withTargetOptions(root.command("token <resource>"))
    .description("print an access token: partner-center, arm, graph, aad-graph, or a resource's URI")
    .option("--partner-tenant <id>", "the tenant consented in, where the vault holds tokens of several")
    .addHelpText(
      "after",
      "\nExample:\n  secure-app-model token partner-center --cloud AzureCloud --vault https://contoso.vault.azure.net",
    )
    .action(async (resource: string, options: import("../commands/token").TokenOptions) => {
      const { token } = require("../commands/token") as typeof import("../commands/token.js");
      await token(resource, options);
    });
}
