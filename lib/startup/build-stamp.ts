/** Prevents a program from running a build in bin/ that is older than its sources. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Written by tools/build/build.mjs: SHA-256 over `path \0 content \0` of each source. */
interface Stamp {
  sources: string[];
  hash: string;
}

/** @throws Error with the command to build, if the stamp is not fresh */
export function requireFreshBuild(): void {
  const root = join(__dirname, "../../..");
  if (!existsSync(join(root, "index.ts"))) return;
  const file = join(root, "bin", ".stamp");
  if (existsSync(file) && isFresh(root, JSON.parse(readFileSync(file, "utf8")) as Stamp)) return;
  throw new Error("The sources are newer than the build in bin/, so this would run old code. Build it: npm run build");
}

function isFresh(root: string, { sources, hash: built }: Stamp): boolean {
  const files = sources.flatMap((name) => filesUnder(join(root, name)));
  const paths = files.map((file) => relative(root, file).replaceAll(sep, "/")).filter((path) => path.endsWith(".ts"));
  const hash = createHash("sha256");
  for (const path of paths.sort()) hash.update(`${path}\0${readFileSync(join(root, path), "utf8")}\0`);
  return hash.digest("hex") === built;
}

function filesUnder(path: string): string[] {
  if (path.endsWith(".ts")) return [path];
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
