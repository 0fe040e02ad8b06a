import { existsSync } from "node:fs";
import { join } from "node:path";
import { BootstrapError } from "./errors.mjs";

const OLDEST_MAJOR = 22;

/** The Node to go on with: this one when it is new enough, else the one among the installed packages. */
export function suitableNode(repository) {
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) return process.execPath;
  const installed = join(repository, "node_modules", ".bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(installed)) return installed;
  throw new BootstrapError(
    `This needs Node ${OLDEST_MAJOR} or later; ${process.execPath} is ${process.versions.node}, and the lock file brings no newer one ` +
      `for ${process.platform}-${process.arch}.\nInstall Node ${OLDEST_MAJOR} or later (https://nodejs.org/en/download), then run the same command again.`,
  );
}
