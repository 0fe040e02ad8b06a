/** The log of a GitHub workflow or an Azure pipeline: its runner executes some lines as commands. */
import { partsOf } from "./failure";
import { textOf } from "./text";

type Runner = "github" | "azure-pipelines";

/** The runner whose log this process writes to; undefined: none. */
export function runnerOf({ GITHUB_ACTIONS, TF_BUILD }: NodeJS.ProcessEnv = process.env): Runner | undefined {
  if (GITHUB_ACTIONS === "true") return "github";
  return TF_BUILD === "True" ? "azure-pipelines" : undefined;
}

/**
 * A failure as an annotation.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 * @see https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
 */
export function annotationOf(error: unknown, runner: Runner = "github"): string {
  const percent = runner === "github" ? "%25" : "%AZP25";
  const text = textOf(partsOf(error)).replaceAll("%", percent).replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const message = withoutCommandsInside(text);
  return runner === "github"
    ? `::error title=secure-app-model::${message}`
    : `##vso[task.logissue type=error]${message}`;
}

/** A text without a line that a runner executes, whatever its source: "::" counts at the start of a line, "##[" and "##vso[" anywhere. */
export function withoutCommands(text: string): string {
  return withoutCommandsInside(text.replace(/^(\s*):(?=:)/gmu, "$1: "));
}

const withoutCommandsInside = (text: string): string => text.replace(/##(?=(?:vso)?\[)/giu, "# #");
