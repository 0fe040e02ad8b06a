// Packs what users install: `npm run pack [-- --to <folder>] [<package>…]` prints the tarballs, one a line.
//
// Neither package is the repository's own: each is a folder made here of what is built, with a manifest without scripts and dependencies.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { NOTICES, SCHEMA } from "./build.mjs";
import { npm } from "./install.mjs";

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const {
  name: library,
  version,
  repository: source,
  license,
  bin,
  exports,
  engines,
  dependencies,
} = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const [command] = Object.keys(bin);

const ONLY_IN_THE_REPOSITORY = ["acceptance.md", "benchmarks.md", "seed.md"];
const FOR_USERS = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", ...documents()];

/** The range of Pulumi's SDKs begins at the version that the gate's tests run with; test/soak/newest-sdk.test.ts tries the newest. */
const sdks = Object.entries(dependencies).filter(([name]) => name.startsWith("@pulumi/"));

/**
 * State names the library's modules by its name (lib/startup/provider-code.ts), so that one never changes. The command has the name that people type:
 * `npx --no` finds it.
 */
const PACKAGES = {
  [command]: {
    manifest: {
      description: "Get tokens for a Microsoft partner, and manage the consent behind them.",
      bin,
    },
    files: [
      ...["main", "program", "quick-runtime", "runtime", "vendor-identity"].map((name) => `bin/cli/${name}.js`),
      "bin/lib/startup/compile-cache.js",
      // The file that `init` fills in.
      "templates/partner/Pulumi.global.yaml",
    ],
  },
  [library]: {
    manifest: {
      description: "Microsoft's Secure Application Model as components for Pulumi.",
      // For what does not read `exports`: TypeScript with moduleResolution node, as Pulumi runs it.
      main: exports["."].default,
      types: exports["."].types,
      exports,
      peerDependencies: Object.fromEntries(sdks.map(([name, tested]) => [name, `^${tested}`])),
    },
    files: [
      ...Object.values(exports).map((path) => path.default ?? path),
      ...typesFrom(exports["."].types),
      "bin/cli/providers.js",
      "bin/cli/vendor-identity.js",
      "bin/lib/startup/compile-cache.js",
      "bin/program/program.js",
    ],
  },
};

function documents() {
  return filesUnder(join(repository, "docs"))
    .filter((path) => path.endsWith(".md") && !ONLY_IN_THE_REPOSITORY.includes(path))
    .map((path) => join("docs", path));
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}

/** A declaration file, and those that it imports. */
function typesFrom(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  const text = readFileSync(join(repository, path), "utf8");
  for (const [, imported] of text.matchAll(/(?:\bfrom |\bimport |\bimport\()"(\.[^"]+)"/g)) {
    typesFrom(`${join(dirname(path), imported).replace(/\.js$/, "")}.d.ts`, found);
  }
  return found;
}

/** @returns the tarball */
function pack(name, { manifest, files }, to) {
  const folder = mkdtempSync(join(tmpdir(), "pack-"));
  try {
    for (const file of [...files, ...FOR_USERS]) cpSync(join(repository, file), join(folder, file));
    cpSync(join(repository, "bin", NOTICES), join(folder, NOTICES));
    cpSync(join(repository, "bin", SCHEMA), join(folder, "bin", SCHEMA));
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name, version, ...manifest, license, repository: source, engines }, undefined, 2),
    );
    // npm takes the modes of the files, which follow their clone's umask; order and times are npm's own, always the same.
    const commands = Object.values(manifest.bin ?? {});
    for (const path of filesUnder(folder)) chmodSync(join(folder, path), commands.includes(path) ? 0o755 : 0o644);
    const [program, argv] = npm("pack", "--ignore-scripts", "--silent", "--pack-destination", to);
    const packed = execFileSync(program, argv, { cwd: folder, encoding: "utf8" });
    return join(to, packed.trim());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { values, positionals } = parseArgs({
  options: { to: { type: "string", default: "." } },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !Object.hasOwn(PACKAGES, name));
if (unknown !== undefined) {
  process.stderr.write(`There is no package "${unknown}". Packages: ${Object.keys(PACKAGES).join(", ")}.\n`);
  process.exit(2);
}
mkdirSync(values.to, { recursive: true });
for (const name of positionals.length > 0 ? positionals : Object.keys(PACKAGES)) {
  const tarball = pack(name, PACKAGES[name], resolve(values.to));
  process.stdout.write(`${relative(process.cwd(), tarball)}\n`);
}
