/** The pipelines of azure-pipelines/, as far as they differ from the workflows: their sign-in, and the commands after it. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { type Finished, finished } from "../../e2e/support/project";
import { repositoryFolder } from "../github/workflow";

export interface Pipeline {
  trigger: "none" | { branches: { include: string[] } };
  pr?: "none";
  lockBehavior?: string;
  schedules?: { cron: string; branches: { include: string[] }; always: boolean }[];
  jobs: { template: string; parameters: Record<string, string | boolean | number> }[];
}

export const pipelineFolder = join(repositoryFolder, "azure-pipelines");

export function readPipeline(file: string): Pipeline {
  return parse(readFileSync(join(pipelineFolder, file), "utf8")) as Pipeline;
}

/** The variables of AzureCLI@2 for its script: the service connection's identity. */
export interface Connection {
  clientId: string;
  tenantId: string;
  subscriptionId: string;
  idToken: string;
}

/**
 * The template's step: the sign-in, then the pipeline's command.
 * @param folder for Agent.TempDirectory, and a stand-in for `az` with the sign-in of the task
 */
export async function runPipelineStep(
  file: string,
  { clientId, tenantId, subscriptionId, idToken }: Connection,
  { folder, cwd, environment }: { folder: string; cwd: string; environment: NodeJS.ProcessEnv },
): Promise<Finished> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "az"),
    `#!/bin/sh\n[ "$*" = "account show --query id --output tsv" ] && echo ${subscriptionId}\n`,
  );
  await chmod(join(folder, "az"), 0o755);
  const run = String(readPipeline(file).jobs[0]?.parameters["run"]);
  const script = `set -eo pipefail\nsource ${join(pipelineFolder, "sign-in.sh")}\n${run}\n`;
  const child = spawn("bash", ["--noprofile", "--norc", "-c", script], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...environment,
      PATH: [folder, environment["PATH"]].join(delimiter),
      AGENT_TEMPDIRECTORY: folder,
      servicePrincipalId: clientId,
      tenantId,
      idToken,
      TF_BUILD: "True",
    },
  });
  return await finished(child);
}
