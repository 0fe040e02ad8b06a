/** Stack dev, deployed: the first test that needs it deploys it, all others in this run restore it. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFileLock } from "../../../tools/embedded-cloud/engine/repository";
import type { CloudName } from "../../../tools/embedded-cloud/testing/emulator";
import { type DeployedStack, recordStack } from "./deployed-stack";
import { Project, type ProjectOptions } from "./project";

export async function deployedOnce(cloud: CloudName): Promise<DeployedStack> {
  const folder = process.env["TEST_RUN_FOLDER"];
  if (folder === undefined) throw new Error("TEST_RUN_FOLDER is not set: jest's globalSetup does it.");
  const file = join(folder, `${cloud}.json`);
  await withFileLock(`${file}.lock`, async () => {
    if (!existsSync(file)) await writeFile(file, JSON.stringify(await deploy(cloud)));
  });
  return JSON.parse(await readFile(file, "utf8")) as DeployedStack;
}

async function deploy(cloud: CloudName): Promise<DeployedStack> {
  await using project = await Project.start({ cloud });
  await project.up();
  return await recordStack(project, project.cloud);
}

export const startDeployed = async (options: ProjectOptions = {}): Promise<Project> =>
  await Project.start({ deployed: await deployedOnce(options.cloud ?? "AzureCloud"), ...options });

type Hook = (run: () => Promise<void>) => void;
type Options = Omit<ProjectOptions, "deployed"> & { deployed?: true };

/** @returns what registers the hooks: `use` gets a stack of its own, new or deployed, which is closed at the end */
const stackFor =
  (before: Hook, after: Hook) =>
  ({ deployed, ...options }: Options, use: (project: Project) => unknown): void => {
    let project: Project;
    before(async () => {
      project = await (deployed ? startDeployed(options) : Project.start(options));
      await use(project);
    });
    after(() => project.close());
  };

export const stackForAll = stackFor(beforeAll, afterAll);
export const stackForEach = stackFor(beforeEach, afterEach);
