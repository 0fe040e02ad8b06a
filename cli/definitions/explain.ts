import type { Command } from "commander";
import type { ExplainOptions } from "../commands/explain";
import { runtime } from "../lazy-runtime";
import { withJson } from "./shared-options";

export function defineExplain(root: Command): void {
  withJson(root.command("explain [text...]"))
    .description("say what an AADSTS error means here, why, and what fixes it; reads a log from standard input")
    .addHelpText(
      "after",
      `
Examples:
  secure-app-model explain AADSTS65001
  pulumi up 2>&1 | secure-app-model explain

Exit codes: 0 every number is known, 1 one is not or there is none, 2 nothing to explain was given.`,
    )
    .action(async (text: string[], options: ExplainOptions) => {
      await runtime().explain(text, options);
    });
}
