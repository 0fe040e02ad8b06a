// node_modules against package-lock.json.
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { BootstrapError } from "./errors.mjs";
import { runQuietly } from "./run.mjs";

const { withFileLock } = createRequire(import.meta.url)("./file-lock.cjs");

function readPackages(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}

/**
 * Names what node_modules lacks, or undefined when it fits the lock file. npm writes node_modules/.package-lock.json as the last
 * act of an install, so it is the stamp: a killed install leaves none, and an install by hand counts as well as ours.
 * Optional packages of other systems are never there.
 */
function whatIsMissing(repository) {
  const installedList = join(repository, "node_modules", ".package-lock.json");
  if (!existsSync(installedList)) return "node_modules";
  const installed = readPackages(installedList);
  for (const [path, wanted] of Object.entries(readPackages(join(repository, "package-lock.json")))) {
    if (path === "") continue; // the project itself
    const found = installed[path];
    if (found === undefined && (wanted.optional || wanted.devOptional)) continue;
    if (found?.version !== wanted.version || found.integrity !== wanted.integrity) return `${path} ${wanted.version}`;
  }
  return undefined;
}

/** npm deletes node_modules first, the `node` of node_modules/.bin included: npm itself has to run on another one. */
function pathWithoutOurs(repository) {
  const ours = join(repository, "node_modules");
  const entries = (process.env.PATH ?? "").split(delimiter);
  return entries.filter((entry) => entry !== ours && !entry.startsWith(join(ours, "/"))).join(delimiter);
}

async function install(repository, progress) {
  // npm would follow the link and empty somebody else's folder.
  if (lstatSync(join(repository, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new BootstrapError(
      "node_modules is a link to another folder, and its packages do not fit this package-lock.json. Remove the link (rm node_modules) " +
        "and run the same command again.",
    );
  }
  progress.start("Installing the packages of package-lock.json");
  // The build comes afterwards, with its errors in full; no dependency needs an install script.
  const flags = [
    "--include=dev",
    "--include=optional",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  const env = { ...process.env, PATH: pathWithoutOurs(repository) };
  const result = await runQuietly("npm", ["ci", ...flags], { cwd: repository, env });
  if (result.code !== 0) {
    progress.finish();
    throw new BootstrapError(
      `npm ci failed (exit ${result.code}) in ${repository}:\n${result.output.trimEnd()}\n` +
        "Needed: a package registry that npm reaches (npm config get registry). Then run the same command again.",
    );
  }
  progress.finish("Packages installed");
}

/** Runs `npm ci` when node_modules does not fit; two callers at once install once. */
export async function ensureInstalled(repository, progress) {
  if (whatIsMissing(repository) === undefined) return;
  const lock = join(repository, ".local", "locks", "install");
  const onWait = () => progress.start("Waiting for another process that installs the packages");
  await withFileLock(
    lock,
    async () => {
      if (whatIsMissing(repository) === undefined) return progress.finish();
      await install(repository, progress);
      const missing = whatIsMissing(repository);
      if (missing !== undefined) {
        throw new BootstrapError(`npm ci ran, but ${missing} is still missing. Run: npm ci --include=dev`);
      }
    },
    { onWait },
  );
}
