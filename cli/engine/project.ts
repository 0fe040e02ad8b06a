/** The engine's project: Pulumi.yaml, which the engine also searches in the parent folders. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseDocument } from "yaml";
import { configurationBytes } from "../../lib/config/limits";
import { textIn } from "../../lib/startup/bounded-file";

interface Project {
  name?: string;
  main?: string;
  options?: { refresh?: unknown };
}

/** Parts of a stack's name in the engine's form. @param folder of Pulumi.yaml, which has the project if the name has none */
export function namesOf(stack: string, folder: string): { name: string; project: string; organization?: string } {
  const [name = "", project = projectAt(folder).name ?? "", organization] = stack.split("/").reverse();
  return { name, project, ...(organization !== undefined && { organization }) };
}

/** @returns an empty project if no folder above has a Pulumi.yaml */
export function projectAt(folder: string): Project {
  const file = join(folder, "Pulumi.yaml");
  if (existsSync(file)) return (parseDocument(textIn(file, configurationBytes)).toJS() as Project | null) ?? {};
  const above = dirname(folder);
  return above === folder ? {} : projectAt(above);
}
