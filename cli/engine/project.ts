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

/** @returns an empty one where there is none */
export function projectAt(folder: string): Project {
  const file = join(folder, "Pulumi.yaml");
  if (existsSync(file)) return (parseDocument(textIn(file, configurationBytes)).toJS() as Project | null) ?? {};
  const above = dirname(folder);
  return above === folder ? {} : projectAt(above);
}
