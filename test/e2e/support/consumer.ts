/** A user's empty project that installs the package from its tarball, as npm does. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "./dev-configuration";

const run = promisify(execFile);

export interface Tarball {
  path: string;
  files: string[];
}

export async function pack(folder: string): Promise<Tarball> {
  const argv = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await run("npm", argv, { cwd: repository });
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (packed === undefined) throw new Error(`npm pack made nothing: ${stdout}`);
  return { path: join(folder, packed.filename), files: packed.files.map(({ path }) => path) };
}

/** `npm install <tarball>` in a new project. Packages in npm's cache are not downloaded again. */
export async function install(tarball: Tarball, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", version: "1.0.0", private: true }));
  const quick = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["install", tarball.path, ...quick], { cwd: folder });
}
