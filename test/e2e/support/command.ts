/** The command `secure-app-model`, built, with a stack's own environment. */
import { builtCommand, type Finished } from "../../cli/support/built-command";
import { commandHere } from "../../cli/support/command-here";
import { runsHere } from "../../cli/support/command-of-shell";
import type { Project } from "./project";

export async function secureAppModel(
  project: Project,
  argv: string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  const all = { ...project.environment, ...environment };
  return await (runsHere(all) ? commandHere : builtCommand)(argv, "", all);
}

/** One about the stack. */
export const aboutStack = async (project: Project, ...argv: string[]): Promise<Finished> =>
  await secureAppModel(project, [...argv, ...project.ofStack]);
