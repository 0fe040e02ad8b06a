import { existsSync } from "node:fs";
import { join } from "node:path";
import { BootstrapError } from "./errors.mjs";

/** The first whose set of trusted certificates a running process can add the embedded cloud's to. */
const OLDEST = "24.5";

function isNewEnough(version) {
  return version.localeCompare(OLDEST, "en", { numeric: true }) >= 0;
}

/** The Node to go on with: this one when it is new enough, else the one among the installed packages. */
export function suitableNode(repository) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const installed = join(repository, "node_modules", ".bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(installed)) return installed;
  throw new BootstrapError(
    `This needs Node ${OLDEST} or later; ${process.execPath} is ${process.versions.node}, and the lock file brings no newer one ` +
      `for ${process.platform}-${process.arch}.\nInstall Node ${OLDEST} or later (https://nodejs.org/en/download), then run the same command again.`,
  );
}
