/** Keeps a program from running an old build: its sources are newer than bin/, and nobody would see why nothing changed. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** What the stamp covers; the build writes it (local/bootstrap/build.mjs). */
const sources = [
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

/**
 * Compares the stamp in bin/ with the sources beside it. A package installed without sources has nothing to compare.
 * @returns the folder of Pulumi.yaml
 * @throws Error with the command that builds
 */
export function requireFreshBuild(): string {
  const root = dirname(dirname(__dirname));
  if (!existsSync(join(root, "index.ts"))) return root;
  const stamp = join(root, "bin", ".stamp");
  if (existsSync(stamp) && readFileSync(stamp, "utf8").trim() === hashOf(root)) return root;
  throw new Error("The sources are newer than the build in bin/, so this would run old code. Build it: npm run build");
}

/** SHA-256 over `path \0 content \0` of every source, by path in code-unit order. */
function hashOf(root: string): string {
  const files = sources.flatMap((name) => filesUnder(join(root, name)));
  const paths = files.map((file) => relative(root, file).replaceAll(sep, "/")).filter((path) => path.endsWith(".ts"));
  const hash = createHash("sha256");
  for (const path of paths.sort())
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update("\0");
  return hash.digest("hex");
}

function filesUnder(path: string): string[] {
  if (path.endsWith(".ts")) return [path];
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
