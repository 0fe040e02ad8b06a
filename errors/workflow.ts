/** A failure in the log of a GitHub workflow: an annotation, and nothing from outside that the runner would take for a command. */
import { partsOf } from "./failure";
import { textOf } from "./text";

/** @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export function annotationOf(error: unknown): string {
  const message = textOf(partsOf(error)).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  return `::error title=secure-app-model::${message}`;
}
