import type { Command } from "commander";
import type { DriftOptions } from "../commands/drift";
import { runtime } from "../lazy-runtime";
import { withJson } from "./shared-options";

export function defineDrift(root: Command): void {
  const command = root
    .command("drift")
    .description("say what in the cloud is no longer as the stack declares it; changes nothing")
    .requiredOption("--stack <name>", "the stack, as `pulumi stack ls` names it")
    .option("--cwd <folder>", "the folder of Pulumi.yaml; default the current one")
    .option("--config-file <file>", "the stack's configuration, where it is not Pulumi.<stack>.yaml")
    .option("--report-to <tracker>", "keep one issue for this stack open while it has drifted: github")
    .option("--markdown", "print Markdown");
  withJson(command)
    .addHelpText(
      "after",
      `
Runs pulumi preview --refresh --expect-no-changes. Exit code 0: no drift; 5: drift; 1: could not look; 2: no such stack, or its
configuration is wrong. --report-to github needs GITHUB_TOKEN (permission issues: write) and GITHUB_REPOSITORY.

Example:
  secure-app-model drift --stack global
  secure-app-model drift --stack global --markdown --report-to github`,
    )
    .action(async (options: DriftOptions) => {
      await runtime().drift(options);
    });
}
