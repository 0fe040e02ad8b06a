/** The repository as a workflow checks it out: a separate folder with the stack's file in it, which shares everything else that a stack needs. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "./project";

const shared = [".github", "azure-pipelines", "package.json", "Pulumi.yaml"];

/** @param configuration of Pulumi.<stack>.yaml; JSON is YAML */
export async function checkOut(folder: string, stack: string, configuration: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of shared) await symlink(join(repository, name), join(folder, name));
  await writeFile(join(folder, `Pulumi.${stack}.yaml`), configuration);
}
