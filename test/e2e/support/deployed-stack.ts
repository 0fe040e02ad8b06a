/** A deployed stack as a document: the engine's data of it, and its whole cloud. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type CloudContext,
  type CloudSnapshot,
  restoreSnapshot,
  takeSnapshot,
} from "../../../tools/embedded-cloud/testing/emulator";
import type { StateResource } from "../../../cli/engine/deployment";
import { stateDirectory } from "../../../tools/embedded-cloud/engine/engine-environment";

import type { Project } from "./project";

/** A stack's location on this machine, which its state and its configuration contain. */
export interface Place {
  folder: string;
  stack: string;
  signInPort: number;
}

export interface DeployedStack {
  takenAt: string;
  place: Omit<Place, "stack">;
  configuration: unknown;
  /** The stack's file in the engine's backend. Secrets in it are encrypted with the tests' public key. */
  state: unknown;
  cloud: CloudSnapshot;
}

/** The stack's state, in the engine's backend of a folder. */
export const stackFile = ({ folder, stack }: Omit<Place, "signInPort">): string =>
  join(stateDirectory(folder), ".pulumi", "stacks", "secure-application-model", `${stack}.json`);
const configurationFile = ({ folder, stack }: Place) => join(folder, `Pulumi.${stack}.yaml`);
const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, "utf8"));

export async function recordStack(place: Place, cloud: CloudContext): Promise<DeployedStack> {
  const { folder, signInPort } = place;
  return {
    takenAt: new Date(cloud.clock.now()).toISOString(),
    place: { folder, signInPort },
    configuration: await readJson(configurationFile(place)),
    state: await readJson(stackFile(place)),
    cloud: takeSnapshot(cloud),
  };
}

/** Restores the stack and its cloud at `place` and `cloud`: every address, port and path in them is replaced. */
export async function restoreStack(deployed: DeployedStack, place: Place, cloud: CloudContext): Promise<void> {
  const rehosted = await restoreSnapshot(cloud, deployed.cloud);
  const port = new RegExp(String.raw`(?<=\bport\\*":\s*)${deployed.place.signInPort}\b`, "gu");
  const here = (document: unknown) =>
    rehosted(JSON.stringify(document))
      .replaceAll(deployed.place.folder, place.folder)
      .replace(port, String(place.signInPort));
  await mkdir(dirname(stackFile(place)), { recursive: true });
  await writeFile(stackFile(place), here(deployed.state));
  await writeFile(configurationFile(place), here(deployed.configuration));
}

/** What `pulumi stack export` prints; secrets in it are encrypted, and stay so. */
interface ExportedState {
  deployment: { resources: StateResource[] };
}

export async function rewriteState(project: Project, change: (state: ExportedState) => ExportedState): Promise<void> {
  const { text } = await project.pulumi("stack", "export");
  const file = join(project.folder, "rewritten.json");
  await writeFile(file, JSON.stringify(change(JSON.parse(text) as ExportedState)));
  const { code, text: said } = await project.pulumi("stack", "import", "--file", file);
  if (code !== 0) throw new Error(said);
}

interface StateFile {
  checkpoint: { latest: { resources: StateResource[] } };
}

/** Leaves an operation without an end in the state, as a killed run does; `pulumi stack import` would leave it out. */
export async function leaveOperation(
  project: Project,
  operation: (resources: readonly StateResource[]) => object,
): Promise<void> {
  const file = stackFile(project);
  const { checkpoint, ...rest } = JSON.parse(await readFile(file, "utf8")) as StateFile;
  const latest = { ...checkpoint.latest, pending_operations: [operation(checkpoint.latest.resources)] };
  await writeFile(file, JSON.stringify({ ...rest, checkpoint: { ...checkpoint, latest } }));
  await rm(`${file}.attrs`, { force: true });
}
