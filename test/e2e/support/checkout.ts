/** A project made from templates/partner, as a workflow checks it out. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type MatrixRow, templateFolder } from "../../support/github/workflow";
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
