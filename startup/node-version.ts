/** Which Node.js the program and the command run on. */
import { type Parts, sentence } from "../errors/failure";

/** As `engines` in package.json: the first that lets the program require packages that are ES modules. */
export const oldestNode = "22.12.0";

export const installNode = sentence("Install a later one: https://nodejs.org/en/download");

/** Why nothing can run on this Node.js; undefined when all can. */
export function nodeProblem(version = process.versions.node): Parts | undefined {
  if (isAtLeast(version, oldestNode)) return undefined;
  return {
    what: `Node.js ${oldestNode} or later is needed, because older ones cannot load all packages, and ${process.execPath} is ${version}.`,
    fixes: [installNode],
  };
}

/** Whether a version is another one or later, by its numbers; a `v` in front and what follows a dash do not count. */
export function isAtLeast(version: string, oldest: string): boolean {
  return version.replace(/^v|-.*$/gu, "").localeCompare(oldest, "en", { numeric: true }) >= 0;
}
