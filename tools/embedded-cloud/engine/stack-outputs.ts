import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stateDirectory } from "./engine-environment";

/** A resource as the engine's state has it, in part. */
export interface Resource {
  urn: string;
  type: string;
  custom: boolean;
  parent?: string;
  dependencies?: string[];
  provider?: string;
  outputs?: Record<string, unknown>;
}

/** A stack's resources from its state file: the engine needs half a second. None before a deployment. */
export function stackResources(workDirectory: string, stack: string): readonly Resource[] {
  const folder = join(stateDirectory(workDirectory), ".pulumi", "stacks", "secure-application-model");
  const file = join(folder, `${stack}.json`);
  if (!existsSync(file)) return [];
  const state = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest?: { resources?: Resource[] } } };
  return state.checkpoint.latest?.resources ?? [];
}

export const stackType = "pulumi:pulumi:Stack";

/** Empty before a deployment. */
export const stackOutputs = (workDirectory: string, stack: string): Record<string, unknown> =>
  stackResources(workDirectory, stack).find(({ type }) => type === stackType)?.outputs ?? {};
