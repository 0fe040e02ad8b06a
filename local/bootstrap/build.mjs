// bin/ against the sources.
//
// The stamp, bin/.stamp, is what the program compares with at run time too (config/build-stamp.ts computes the same on its own,
// because the product imports nothing of local/):
//   the *.ts files under the SOURCES below, as paths relative to the repository with forward slashes, sorted by code unit;
//   SHA-256, in hexadecimal, over `path \0 content \0` of each in that order.
// bin/.toolchain keeps the same for what else decides the output: the compiler's configuration and version, the packages, which the
// bundle of the command holds, and this file, which bundles it.
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import { BootstrapError } from "./errors.mjs";
import { runQuietly } from "./run.mjs";

const { withFileLock } = createRequire(import.meta.url)("./file-lock.cjs");

const SOURCES = [
  "index.ts",
  "config",
  "components",
  "consent",
  "oauth",
  "azure",
  "vault",
  "partner-center",
  "cli",
  "local",
];
const TOOLCHAIN = [
  "tsconfig.json",
  "tsconfig.build.json",
  "node_modules/typescript/package.json",
  "package-lock.json",
  "local/bootstrap/build.mjs",
];

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)],
  );
}

function hashFiles(repository, paths) {
  const hash = createHash("sha256");
  for (const path of paths.toSorted()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(repository, path)))
      .update("\0");
  }
  return hash.digest("hex");
}

function hashSources(repository) {
  const files = SOURCES.flatMap((source) => filesUnder(join(repository, source)));
  const paths = files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => relative(repository, file).replaceAll(sep, "/"));
  return hashFiles(repository, paths);
}

function readStamp(repository, name) {
  const path = join(repository, "bin", name);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}

function isBuilt(repository) {
  return (
    readStamp(repository, ".stamp") === hashSources(repository) &&
    readStamp(repository, ".toolchain") === hashFiles(repository, TOOLCHAIN)
  );
}

/** What a renamed or removed source left behind would still be found by `require`. */
function removeOrphans(repository) {
  const bin = join(repository, "bin");
  for (const file of filesUnder(bin)) {
    const stem = /^(.*?)(?:\.d\.ts|\.js)$/.exec(relative(bin, file))?.[1];
    if (stem !== undefined && !existsSync(join(repository, `${stem}.ts`))) rmSync(file);
  }
}

/**
 * Puts the command into two files, over what the compiler wrote: finding and reading the 230 files of its packages takes longer than
 * all it has to do. One holds its words, which is all that --help needs, the other everything else. They are made from the source,
 * because only imports reach the ES modules of those packages, and only of these what is not used can be left out.
 */
async function bundleCommand(repository) {
  const entryPoints = ["program", "runtime"].map((name) => join(repository, "cli", `${name}.ts`));
  if (!existsSync(entryPoints[0])) return;
  const { buildSync } = await import("esbuild");
  buildSync({
    entryPoints,
    outdir: join(repository, "bin", "cli"),
    external: ["*/runtime"],
    bundle: true,
    platform: "node",
    target: "node22",
    // ES modules for what is required late, too: else it would be there twice.
    conditions: ["import"],
    mainFields: ["module", "main"],
    // Nothing here sends a form, and the mere look at whether there are any makes Node load its whole fetch.
    define: { FormData: "undefined" },
    logLevel: "error",
  });
  chmodSync(join(repository, "bin", "cli", "main.js"), 0o755); // npx runs a package's command as a program
}

async function build(repository, progress) {
  progress.start("Building");
  // Hashed before the compiler reads: a source that changes meanwhile makes the stamp wrong, never the build.
  const stamp = hashSources(repository);
  const toolchain = hashFiles(repository, TOOLCHAIN);
  rmSync(join(repository, "bin", ".stamp"), { force: true });
  if (readStamp(repository, ".toolchain") !== toolchain)
    rmSync(join(repository, "bin"), { recursive: true, force: true });
  const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");
  const result = await runQuietly(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: repository });
  if (result.code !== 0) {
    progress.finish();
    throw new BootstrapError(`The sources do not compile:\n${result.output.trimEnd()}`);
  }
  removeOrphans(repository);
  await bundleCommand(repository);
  mkdirSync(join(repository, "bin"), { recursive: true });
  writeFileSync(join(repository, "bin", ".toolchain"), `${toolchain}\n`);
  writeFileSync(join(repository, "bin", ".stamp"), `${stamp}\n`);
  progress.finish("Built");
}

/** Compiles to bin/ when its stamp does not fit; two callers at once build once. */
export async function ensureBuilt(repository, progress) {
  if (isBuilt(repository)) return;
  const lock = join(repository, ".local", "locks", "build");
  const onWait = () => progress.start("Waiting for another process that builds");
  await withFileLock(lock, async () => (isBuilt(repository) ? progress.finish() : await build(repository, progress)), {
    onWait,
  });
}
