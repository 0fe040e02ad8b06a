/** A project made from templates/partner, as a workflow checks it out. */
import { execFile } from "node:child_process";
import { copyFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { type MatrixRow, templateFolder } from "../../support/github/workflow";
import type { Tarballs } from "./consumer";
import { projectName } from "./project";

/** Of the same name as this repository's, because a stack that was deployed from here is one of that name. */
const argv = ["new", templateFolder, "--name", projectName, "--yes", "--generate-only", "--offline"];

/** @param configuration of Pulumi.<stack>.yaml; JSON is YAML */
export async function checkOut(
  folder: string,
  row: MatrixRow,
  configuration: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  await promisify(execFile)("pulumi", [...argv, "--dir", folder], { env: environment });
  await writeFile(join(folder, ".github", "stacks.json"), JSON.stringify([row]));
  await writeFile(join(folder, `Pulumi.${row["stack"] ?? ""}.yaml`), configuration);
}

/** Tarballs in place of the packages that its package.json names, with the file that locks what `npm ci` installs. */
export async function addPackages(folder: string, { command, library }: Tarballs): Promise<void> {
  const files = [command, library].map((path) => basename(path));
  await copyFile(command, join(folder, basename(command)));
  await copyFile(library, join(folder, basename(library)));
  const quick = ["--prefer-offline", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"];
  await promisify(execFile)("npm", ["install", ...files.map((name) => `./${name}`), ...quick], { cwd: folder });
}
