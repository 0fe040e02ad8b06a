/** The engine's project: Pulumi.yaml, which the engine also searches in the parent folders. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { configurationBytes } from "../../lib/config/limits";
import { byPerson, command } from "../../lib/errors/failure";
import { textIn } from "../../lib/startup/bounded-file";
import { projectFolder } from "../../lib/startup/invocation";
import { UsageError } from "../terminal/exit-code";

interface Project {
  name?: string;
  main?: string;
  options?: { refresh?: unknown };
  runtime?: string | { name?: string };
}

/** Parts of a stack's name in the engine's form. @param folder of Pulumi.yaml, which has the project if the name has none */
export function namesOf(stack: string, folder: string): { name: string; project: string; organization?: string } {
  const [name = "", project = projectAt(folder).name ?? "", organization] = stack.split("/").reverse();
  return { name, project, ...(organization !== undefined && { organization }) };
}

/** @returns an empty project if no folder above has a Pulumi.yaml */
export function projectAt(folder: string): Project {
  const file = join(projectFolder(folder), "Pulumi.yaml");
  if (!existsSync(file)) return {};
  return (parseDocument(textIn(file, configurationBytes)).toJS() as Project | null) ?? {};
}

export const installPackages = byPerson(
  "Install them in the project's folder; those of a release by their tarballs, as README.md does",
  command("npm", "install", "--ignore-scripts"),
);

/** Checks what the engine would look for first of all. @throws UsageError */
export function requirePackages(cwd: string): void {
  const folder = projectFolder(resolve(cwd));
  const { runtime } = projectAt(folder);
  const file = join(folder, "package.json");
  if ((typeof runtime === "object" ? runtime.name : runtime) !== "nodejs" || !existsSync(file)) return;
  const { dependencies } = JSON.parse(textIn(file, configurationBytes)) as { dependencies?: object | null };
  const places = createRequire(file).resolve.paths("any") ?? [];
  const missing = Object.keys(dependencies ?? {}).filter((name) =>
    places.every((place) => !existsSync(join(place, name))),
  );
  if (missing.length === 0) return;
  throw new UsageError(
    `The project's packages are not installed: ${file} names ${missing.join(", ")}.`,
    installPackages,
  );
}
