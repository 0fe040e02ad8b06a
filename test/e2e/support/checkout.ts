/** The repository as a workflow checks it out: a separate folder with the stack's file in it, which shares everything else that a stack needs. */
import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "./project";

const shared = [".github", "azure-pipelines", "package.json", "Pulumi.yaml"];

/** @param configuration of Pulumi.<stack>.yaml; JSON is YAML */
export async function checkOut(folder: string, stack: string, configuration: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of shared) await symlink(join(repository, name), join(folder, name));
  await writeFile(join(folder, `Pulumi.${stack}.yaml`), configuration);
}

/** The same with every file, as copies: those that git has, and those that it would take. */
export async function checkOutWhole(folder: string, stack: string, configuration: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const script =
    'git ls-files --cached --others --exclude-standard -z | tar --null --files-from=- --create | tar --extract --directory "$1"';
  await promisify(execFile)("bash", ["-eo", "pipefail", "-c", script, "bash", folder], { cwd: repository });
  await writeFile(join(folder, `Pulumi.${stack}.yaml`), configuration);
}
