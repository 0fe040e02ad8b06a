/** The Node.js versions that the program and the command support. */
import { type Parts, sentence } from "../errors/failure";

/** Equal to `engines` in package.json: the first version in which `require` loads ES modules. */
export const oldestNode = "22.12.0";

export const installNode = sentence("Install a later version: https://nodejs.org/en/download");

/** Why nothing can run on this Node.js; undefined if it is supported. */
export function nodeProblem(version = process.versions.node): Parts | undefined {
  if (isAtLeast(version, oldestNode)) return undefined;
  return {
    what: `Node.js ${oldestNode} or later is needed, because older versions cannot load all packages, and ${process.execPath} is ${version}.`,
    fixes: [installNode],
  };
}

/** Ignores a leading `v`, and everything after a dash. localeCompare would load ICU: a tenth of `--help`. */
export function isAtLeast(version: string, oldest: string): boolean {
  const numbers = version
    .replace(/^v|-.*$/gu, "")
    .split(".")
    .map(Number);
  const least = oldest.split(".").map(Number);
  const differs = least.findIndex((number, at) => number !== numbers[at]);
  return differs < 0 || (numbers[differs] ?? 0) > (least[differs] ?? 0);
}
