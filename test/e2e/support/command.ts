/** The command `secure-app-model`, built, with a stack's own environment. */
import { builtCommand, type Finished } from "../../cli/support/built-command";
import type { Project } from "./project";

export async function secureAppModel(
  project: Project,
  argv: string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  return await builtCommand(argv, "", { ...project.environment, ...environment });
}
