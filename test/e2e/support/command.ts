/** The command `secure-app-model`, built, where a stack's own environment is set. */
import { builtCommand, type Finished } from "../../cli/support/built-command";
import type { Project } from "./project";

export async function secureAppModel(
  project: Project,
  argv: string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  return await builtCommand(argv, "", { ...project.environment, ...environment });
}
