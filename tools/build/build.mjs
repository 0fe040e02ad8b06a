// Everything that is compiled from sources: the product in bin/, the embedded cloud in tools/embedded-cloud/bin.
//
// Beside the compiled files is .stamp, which the program also checks at run time (lib/startup/build-stamp.ts):
//   { "sources": […], "hash": "…" }: SHA-256, in hexadecimal, over `path \0 content \0` of the *.ts files under the sources, as paths
//   relative to the repository with forward slashes, sorted by code unit.
// .toolchain is the same for the other inputs: the compiler's configuration and version, the packages, which the bundle
// of the command contains, and this file, which bundles it.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { basename, join, relative, sep } from "node:path";
import { BootstrapError } from "./errors.mjs";
import { runQuietly } from "./run.mjs";

const { withFileLock } = createRequire(import.meta.url)("./file-lock.cjs");

const PRODUCT = {
  config: "tools/build/tsconfig.json",
  /** Base folder of the compiler's paths. */
  root: ".",
  bin: "bin",
  /** What npm links as a program. */
  command: "cli/main.js",
  sources: ["index.ts", "program", "components", "lib", "cli", "tools/acceptance"],
};
const EMBEDDED_CLOUD = {
  config: "tools/embedded-cloud/tsconfig.json",
  root: "tools/embedded-cloud",
  bin: "tools/embedded-cloud/bin",
  command: "emulator/main.js",
  sources: ["tools/embedded-cloud"],
};
const TOOLCHAIN = [
  "tsconfig.json",
  "node_modules/typescript/package.json",
  "package-lock.json",
  "tools/build/build.mjs",
  "tools/build/settings-schema.mjs",
];

/** Folders that no program is built from. */
const UNBUILT = ["bin", "node_modules", "test", "testing"];

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !UNBUILT.includes(name))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)]));
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

function stampOf(repository, { sources }) {
  const paths = sources
    .flatMap((source) => filesUnder(join(repository, source)))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => relative(repository, file).replaceAll(sep, "/"));
  return JSON.stringify({ sources, hash: hashFiles(repository, paths) });
}

const toolchainOf = (repository, { config }) => hashFiles(repository, [config, ...TOOLCHAIN]);

function readStamp(repository, { bin }, name) {
  const path = join(repository, bin, name);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}

function isBuilt(repository, project) {
  return (
    readStamp(repository, project, ".stamp") === stampOf(repository, project) &&
    readStamp(repository, project, ".toolchain") === toolchainOf(repository, project)
  );
}

/** Otherwise `require` would still find the output of a renamed or removed source. */
function removeOrphans(repository, project) {
  const bin = join(repository, project.bin);
  for (const file of filesUnder(bin)) {
    const stem = /^(.*?)(?:\.d\.ts|\.js)$/.exec(relative(bin, file))?.[1];
    if (stem !== undefined && !existsSync(join(repository, project.root, `${stem}.ts`))) rmSync(file);
  }
}

/** What few runs use, though what imports it is loaded by all: each is loaded when one of its exports is used. */
const LATE = [
  "cross-spawn",
  "http-proxy-agent",
  "https-proxy-agent",
  "node:child_process",
  "node:fs/promises",
  "node:zlib",
];

/** A plugin of esbuild. */
const loadedLate = {
  name: "late",
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(?:${LATE.join("|")})$`);
    onResolve({ filter }, ({ path, namespace, resolveDir }) =>
      namespace === "late" ? undefined : { path, namespace: "late", pluginData: resolveDir },
    );
    onLoad({ filter, namespace: "late" }, ({ path, pluginData: resolveDir }) => {
      const names = Object.keys(createRequire(import.meta.url)(path));
      const getters = names.map((name) => `get ${name}() { return require("${path}").${name}; }`);
      return { contents: `module.exports = { ${getters.join(", ")} };`, resolveDir };
    });
  },
};

/**
 * Bundles the command, and the code of dynamic resources, into a few files, replacing the compiler's output: finding and reading the 230
 * files of their packages takes longer than their work: `token` took 10.7 times as long as `node -e 0`, and takes a third of that. Without
 * this step everything works, slower. One file contains the command's help and options, which is all that --help needs. No other file is
 * larger than its commands need, as even what is not evaluated is read. They are made from the source, because only imports resolve to the
 * ES modules of those packages, and only from these can unused code be removed.
 */
async function bundle(repository) {
  const sources = ["cli/program", "cli/quick-runtime", "cli/runtime", "lib/azure/vendor-identity"];
  if (!existsSync(join(repository, `${sources[0]}.ts`))) return;
  const providers = providerFiles(repository);
  const getters = providers.map(({ name, source }) => `get "${name}"() { return require("${source}"); }`);
  const entryPoints = Object.fromEntries(sources.map((name) => [basename(name), join(repository, `${name}.ts`)]));
  const esbuild = await import("esbuild");
  const options = {
    // lib/startup/compile-cache.ts keeps what is compiled of a text with this first line.
    banner: { js: "// bundle" },
    outdir: join(repository, "bin", "cli"),
    external: sources.map((name) => `*/${basename(name)}`),
    bundle: true,
    platform: "node",
    target: "node22",
    // ES modules for late requires, too: otherwise the code would be included twice.
    conditions: ["import"],
    mainFields: ["module", "main"],
    minify: true,
    // Code compares the names of errors.
    keepNames: true,
    metafile: true,
    absWorkingDir: repository,
    // No form is sent here, and a mere check for FormData makes Node load its whole fetch.
    define: { FormData: "undefined" },
    plugins: [loadedLate],
    logLevel: "error",
  };
  const stdin = { contents: `module.exports = { ${getters.join(", ")} };`, resolveDir: repository };
  const library = {
    entryPoints: LIBRARY,
    outbase: ".",
    outdir: "bin",
    external: ["@pulumi/*", "*/startup/compile-cache"],
  };
  const made = await Promise.all([
    esbuild.build({ ...options, entryPoints }),
    esbuild.build({ ...options, stdin, entryNames: "providers" }),
    esbuild.build({ ...options, ...library }),
  ]);
  for (const { name, file } of providers) writeFileSync(file, providerEntry(name));
  writeFileSync(join(repository, "bin", NOTICES), noticesOf(repository, made));
}

export const NOTICES = "THIRD-PARTY-NOTICES.txt";

/** The licences of all packages that have code in a bundle, each text once. */
function noticesOf(repository, made) {
  const inputs = made.flatMap(({ metafile }) =>
    Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs)),
  );
  const folders = inputs.flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? (/^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []) : [],
  );
  const named = new Map();
  for (const folder of [...new Set(folders)].sort()) {
    const { name, version } = JSON.parse(readFileSync(join(repository, folder, "package.json"), "utf8"));
    const text = licenceOf(join(repository, folder));
    named.set(text, [...(named.get(text) ?? []), `${name} ${version}`]);
  }
  const notices = [...named].map(([text, names]) => `${names.join(", ")}\n\n${text.trim()}\n`);
  return `This package has code of these in it.\n\n${notices.join(`\n${"-".repeat(80)}\n\n`)}`;
}

function licenceOf(folder) {
  const texts = readdirSync(folder).filter((name) => /^(?:licen[cs]e|notice)(?:\.(?:md|txt))?$/i.test(name));
  if (texts.length === 0) throw new BootstrapError(`${folder} has no licence to pass on.`);
  return texts.map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n")).join("\n");
}

const exportsOf = (repository) => JSON.parse(readFileSync(join(repository, "package.json"), "utf8")).exports;
const sourceOf = (path) => path.replace("/bin/", "/").replace(/\.js$/, ".ts");

/** The code of what a program of one's own imports. Its project brings Pulumi's SDKs. */
const LIBRARY = ["components/library.ts", "program/program.ts"];

/** What the state of a dynamic resource names, as package.json has it. */
function providerFiles(repository) {
  return Object.entries(exportsOf(repository))
    .filter(([name]) => name.endsWith("-provider"))
    .map(([name, path]) => ({
      name,
      source: sourceOf(path),
      file: join(repository, path),
    }));
}

/** The engine ends the process by a signal, and Node.js writes its cache by itself only when a process exits. */
const providerEntry = (name) => `require("../startup/compile-cache.js");
module.exports = require("../../cli/providers.js")["${name}"];
require("node:module").flushCompileCache?.();
`;

export const SCHEMA = "settings.schema.json";

/** For editors: the template's stack names it. */
async function writeSchema(bin) {
  if (!existsSync(join(bin, "lib", "config", "catalogue.js"))) return;
  // Late: this module is loaded before packages are installed.
  const { settingsSchema } = await import("./settings-schema.mjs");
  writeFileSync(join(bin, SCHEMA), `${JSON.stringify(settingsSchema(bin))}\n`);
}

async function build(repository, project) {
  // Hashed before the compiler reads: if a source changes meanwhile, the stamp is wrong, and never the build.
  const stamp = stampOf(repository, project);
  const toolchain = toolchainOf(repository, project);
  const bin = join(repository, project.bin);
  rmSync(join(bin, ".stamp"), { force: true });
  if (readStamp(repository, project, ".toolchain") !== toolchain) rmSync(bin, { recursive: true, force: true });
  rmSync(join(bin, ".compile-cache"), { recursive: true, force: true });
  const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");
  const { code, output } = await runQuietly(process.execPath, [tsc, "-p", project.config], { cwd: repository });
  if (code !== 0) return output.trimEnd();
  removeOrphans(repository, project);
  if (project === PRODUCT) await Promise.all([bundle(repository), writeSchema(bin)]);
  mkdirSync(bin, { recursive: true });
  const command = join(bin, project.command);
  if (existsSync(command)) chmodSync(command, 0o755);
  writeFileSync(join(bin, ".toolchain"), `${toolchain}\n`);
  writeFileSync(join(bin, ".stamp"), `${stamp}\n`);
  return "";
}

/** After a change of these files, without their types: for what tries many changes, and nothing else. */
export async function rebuild(repository, files) {
  const bin = join(repository, PRODUCT.bin);
  for (const name of [".stamp", ".compile-cache"]) rmSync(join(bin, name), { recursive: true, force: true });
  const { default: ts } = await import("typescript");
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 };
  for (const file of files) {
    const { outputText } = ts.transpileModule(readFileSync(join(repository, file), "utf8"), { compilerOptions });
    writeFileSync(join(bin, file.replace(/\.ts$/, ".js")), outputText);
  }
  await bundle(repository);
  writeFileSync(join(bin, ".stamp"), `${stampOf(repository, PRODUCT)}\n`);
}

async function buildAll(repository, progress, projects) {
  progress.start("Building");
  const problems = await Promise.all(projects.map((project) => build(repository, project)));
  const told = problems.filter((problem) => problem !== "");
  progress.finish(told.length === 0 ? "Built" : undefined);
  if (told.length > 0) throw new BootstrapError(`The sources do not compile:\n${told.join("\n")}`);
}

/** Compiles what does not match its stamp; two concurrent callers build once. */
export async function ensureBuilt(repository, progress) {
  const stale = () => [PRODUCT, EMBEDDED_CLOUD].filter((project) => !isBuilt(repository, project));
  if (stale().length === 0) return;
  const lock = join(repository, ".local", "locks", "build");
  const onWait = () => progress.start("Waiting for another process that builds");
  await withFileLock(
    lock,
    async () => {
      const projects = stale();
      if (projects.length > 0) await buildAll(repository, progress, projects);
      else progress.finish();
    },
    { onWait },
  );
}
