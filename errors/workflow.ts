/** The log of a GitHub workflow: its runner takes some lines for commands. */
import { partsOf } from "./failure";
import { textOf } from "./text";

export function inWorkflow(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment["GITHUB_ACTIONS"] === "true";
}

/** A failure as an annotation. @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export function annotationOf(error: unknown): string {
  const message = textOf(partsOf(error)).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  return `::error title=secure-app-model::${withoutOldCommands(message)}`;
}

/** A text of which the runner takes no line for a command, whoever wrote it: "::" counts at the start of a line, "##[" anywhere. */
export function withoutCommands(text: string): string {
  return withoutOldCommands(text.replace(/^(\s*):(?=:)/gmu, "$1: "));
}

const withoutOldCommands = (text: string): string => text.replaceAll("##[", "# #[");
