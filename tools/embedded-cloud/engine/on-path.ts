import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";
import { askVersion, missingEngineFile, unfitness } from "./engine-folder";
import { programFile } from "./launcher";
import { messageOf } from "./message-of";

/** A `pulumi` below some node_modules is the npm package of that name, which downloads at its first run. */
function isShim(entry: string): boolean {
  return entry.split(sep).includes("node_modules");
}

/** The folder of this `pulumi`: its own or, for a package manager's link, that of the link's target. */
function engineFolderOf(entry: string): string | undefined {
  const target = dirname(realpathSync(join(entry, programFile("pulumi"))));
  return [entry, target].find((folder) => missingEngineFile(folder) === undefined);
}

/** The first `pulumi` on PATH, if it is usable; otherwise the reason why not; undefined if there is none. */
export async function engineOnPath(
  path: string,
): Promise<{ directory: string; version: string } | { reason: string } | undefined> {
  const entry = path
    .split(delimiter)
    .find((folder) => folder !== "" && !isShim(folder) && existsSync(join(folder, programFile("pulumi"))));
  if (entry === undefined) return undefined;
  const where = join(entry, programFile("pulumi"));
  const directory = engineFolderOf(entry);
  if (directory === undefined)
    return { reason: `${where}: ${missingEngineFile(entry) ?? "a helper"} is missing beside it` };
  try {
    const version = await askVersion(directory);
    const unfit = unfitness(version);
    return unfit === undefined ? { directory, version } : { reason: `${where}: ${unfit}` };
  } catch (error) {
    return { reason: `${where} does not run: ${messageOf(error)}` };
  }
}
