import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stateDirectory } from "./engine-environment";

interface State {
  checkpoint: { latest?: { resources?: { type: string; outputs?: Record<string, unknown> }[] } };
}

/** A stack's outputs from its state file: the engine needs half a second. Empty before a deployment. */
export function stackOutputs(workDirectory: string, stack: string): Record<string, unknown> {
  const folder = join(stateDirectory(workDirectory), ".pulumi", "stacks", "secure-application-model");
  const file = join(folder, `${stack}.json`);
  if (!existsSync(file)) return {};
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as State;
  return checkpoint.latest?.resources?.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
}
