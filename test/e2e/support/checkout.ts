/** The repository as a workflow checks it out: a separate folder with the stack's file in it, which shares everything else. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "./project";

/** The files that `npm ci` creates and the engine reads; the rest of the repository is not needed to run a stack. */
const shared = [".github", "bin", "node_modules", "package.json", "Pulumi.yaml"];

/** @param configuration of Pulumi.<stack>.yaml; JSON is YAML */
export async function checkOut(folder: string, stack: string, configuration: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of shared) await symlink(join(repository, name), join(folder, name));
  await writeFile(join(folder, `Pulumi.${stack}.yaml`), configuration);
}
