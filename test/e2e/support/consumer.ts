/** Both packages, packed once in a run, and a user's empty project that installs them, as npm does. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { withFileLock } from "../../../tools/embedded-cloud/engine/repository";
import { repository } from "./dev-configuration";

const run = promisify(execFile);

export interface Tarballs {
  /** `secure-app-model-<version>.tgz` */
  command: string;
  /** `secure-application-model-<version>.tgz` */
  library: string;
}

/** As `npm run pack` makes them: the first test that needs them does, for all of the run. */
export async function tarballs(): Promise<Tarballs> {
  const folder = join(process.env["TEST_RUN_FOLDER"] ?? "", "packages");
  await withFileLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const program = join(repository, "tools", "build", "pack.mjs");
    await run(process.execPath, [program, "--to", `${folder}.part`], { cwd: repository });
    await rename(`${folder}.part`, folder);
  });
  const [command = "", library = ""] = (await readdir(folder)).sort().map((name) => join(folder, name));
  return { command, library };
}

/** Pulumi's SDKs have 36,000 files: this repository's own stand in for the project's. */
export const linkedPeers = ["@pulumi", "@types", "typescript"];

/**
 * `npm install <tarball>…` in a new project, which may have a package.json that depends on more.
 * @param linked folders of this repository's node_modules, in place of what the packages want beside them; none: npm installs it
 */
export async function install(folder: string, packages: readonly string[], linked: readonly string[]): Promise<void> {
  const modules = join(folder, "node_modules");
  const manifest = join(folder, "package.json");
  await mkdir(folder, { recursive: true });
  if (!existsSync(manifest)) await writeFile(manifest, JSON.stringify({ name: "consumer", private: true }));
  const quick = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const peers = linked.length > 0 ? ["--legacy-peer-deps"] : [];
  await run("npm", ["install", ...packages, ...quick, ...peers], { cwd: folder });
  for (const name of linked) await symlink(join(repository, "node_modules", name), join(modules, name));
}
