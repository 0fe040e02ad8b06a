/**
 * Runs a pipeline of azure-pipelines/ like an agent: the job that builds, then the one of a stack, each with a machine and a checkout of its own, their
 * steps in order as the templates expand to them. What only the service connection's task has, only its step gets, and the job's token only a step
 * that maps it. These are replaced, as in test/support/github/runner.ts:
 *
 * | step                        | here                                                              |
 * | --------------------------- | ----------------------------------------------------------------- |
 * | checkout                    | the job's folder, which the caller has prepared                   |
 * | UseNode@1, pulumi           | nothing: PATH has those that the tests use                        |
 * | AzureCLI@2                  | its script, with a stand-in for `az` as the task has signed it in |
 * | publish, download           | a file that the run keeps                                         |
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, delimiter, join, resolve } from "node:path";
import { parse } from "yaml";
import { type Finished, finished } from "../../e2e/support/project";
import { writeNpm } from "../npm-stand-in";
import { type MatrixRow, repositoryFolder } from "../github/workflow";
import { expandFile } from "./template";

export interface Pipeline {
  trigger: "none" | { branches: { include: string[] } };
  pr?: "none";
  lockBehavior?: string;
  schedules?: { cron: string; branches: { include: string[] }; always: boolean }[];
  /** Of a file that extends a template; one that includes it has jobs, as an author may write them. */
  extends?: { template: string; parameters: Record<string, string | boolean | number> };
  jobs?: { template?: string; parameters?: Record<string, string | boolean | number> }[];
}

export const pipelineFolder = join(repositoryFolder, "azure-pipelines");

/** @param file in the repository's folder of pipelines, or anywhere */
export function readPipeline(file: string): Pipeline {
  return parse(readFileSync(resolve(pipelineFolder, file), "utf8")) as Pipeline;
}

/**
 * What the checks of a service connection say of a run, as docs/ci.md has a person set them: branch control, of main, and the required template
 * of this repository's main. Source: Microsoft's page "Define approvals and checks". Nobody can change them in a pipeline's file.
 * @returns undefined: the stage runs
 */
function refusedBy({ extends: extended }: Pipeline, ref: string): string | undefined {
  if (ref !== "refs/heads/main") return `Branch control: ${ref} is not among the allowed branches refs/heads/main.`;
  const template = extended && join("azure-pipelines", extended.template);
  return template === join("azure-pipelines", "templates", "jobs.yml")
    ? undefined
    : "Required template: the pipeline does not extend azure-pipelines/templates/jobs.yml.";
}

interface Step {
  name?: string;
  displayName?: string;
  script?: string;
  bash?: string;
  task?: string;
  inputs?: Record<string, string>;
  publish?: string;
  download?: string;
  artifact?: string;
  checkout?: string;
  condition?: string;
  env?: Record<string, string | number>;
}

interface Job {
  job?: string;
  deployment?: string;
  dependsOn?: string | string[];
  variables?: { group?: string; name?: string; value?: string }[];
  steps?: Step[];
  strategy?: { runOnce: { deploy: { steps: Step[] } } };
}

/** The jobs of a pipeline, as they run. @param stacks in place of those in the template */
export function jobsOf(file: string, stacks: readonly MatrixRow[], parameters: Record<string, unknown> = {}): Job[] {
  const { extends: extended } = expandFile(join(pipelineFolder, file), parameters) as unknown as Pipeline;
  if (extended === undefined) throw new Error(`${file} extends no template.`);
  return expandFile(join(pipelineFolder, extended.template), { ...extended.parameters, stacks })["jobs"] as Job[];
}

export interface PipelineRun {
  file: string;
  /** Whose file it is. */
  ref: string;
  row: MatrixRow;
  parameters?: Record<string, unknown>;
  /** Those that AzureCLI@2 sets for its script: the service connection's identity. */
  connection: Readonly<Record<"servicePrincipalId" | "tenantId" | "idToken" | "serviceConnectionId", string>>;
  subscriptionId: string;
  accessToken: string;
  group: Readonly<Record<string, string>>;
  folder: string;
  checkout: string;
  buildCheckout: string;
  environment: NodeJS.ProcessEnv;
  installs?: boolean;
  /** What happens between the two jobs to the file that the first one published. */
  meanwhile?: (file: string) => void;
}

interface Machine {
  cwd: string;
  temporary: string;
  variables: Record<string, string>;
  artifacts: Record<string, string>;
  outputs: Record<string, string>;
}

/** @returns both streams of all steps, and the exit code of the first that failed */
export async function runPipeline(run: PipelineRun): Promise<Finished & { steps: string[] }> {
  const refusal = refusedBy(readPipeline(run.file), run.ref);
  if (refusal !== undefined) return { code: 1, text: refusal, steps: [] };
  const jobs = jobsOf(run.file, [run.row], run.parameters);
  const build = jobs.find(({ job }) => job === "build");
  const own = jobs.find(({ deployment }) => deployment !== undefined);
  if (build === undefined || own?.dependsOn !== "build")
    throw new Error("The stack's job does not wait for the build.");
  const artifacts: Machine["artifacts"] = {};
  const first = await machineOf(run, "build", run.buildCheckout, artifacts, {});
  const built = await runSteps(run, build.steps ?? [], first);
  if (built.code !== 0) return built;
  run.meanwhile?.(artifacts["bin"] ?? "");
  const variables = Object.fromEntries(
    (own.variables ?? []).flatMap(({ name, value = "" }) => {
      const [, output = ""] = /^\$\[ dependencies\.build\.outputs\['([\w.]+)'\] \]$/u.exec(value) ?? [];
      return name === undefined ? [] : [[name, first.outputs[output] ?? ""]];
    }),
  );
  const second = await machineOf(run, "agent", run.checkout, artifacts, { ...run.group, ...variables });
  return await runSteps(run, own.strategy?.runOnce.deploy.steps ?? [], second);
}

async function machineOf(
  { folder, installs }: PipelineRun,
  name: string,
  cwd: string,
  artifacts: Machine["artifacts"],
  variables: Record<string, string>,
): Promise<Machine> {
  const temporary = join(folder, name);
  for (const one of [temporary, join(cwd, "bin"), join(cwd, "node_modules")])
    await rm(one, { recursive: true, force: true });
  await mkdir(join(temporary, "stand-ins"), { recursive: true });
  if (installs !== true) await writeNpm(join(temporary, "stand-ins"));
  return { cwd, temporary, variables, artifacts, outputs: {} };
}

async function runSteps(run: PipelineRun, steps: Step[], machine: Machine): Promise<Finished & { steps: string[] }> {
  const result = { code: 0, text: "", steps: [] as string[] };
  for (const step of steps) {
    if (step.condition !== undefined || step.checkout !== undefined || step.task === "UseNode@1") continue;
    if (step.displayName === "pulumi") continue;
    result.steps.push(step.displayName ?? "");
    const { code, text } = await runStep(run, step, machine);
    result.text += text;
    result.code = code;
    if (code !== 0) break;
  }
  return result;
}

const done: Finished = { code: 0, text: "" };

async function runStep(run: PipelineRun, step: Step, machine: Machine): Promise<Finished> {
  const { artifact = "", publish, download, task, inputs = {} } = step;
  const { temporary, artifacts } = machine;
  if (publish !== undefined) {
    const kept = join(run.folder, basename(publish));
    await copyFile(publish.replace("$(Agent.TempDirectory)", temporary), kept);
    artifacts[artifact] = kept;
    return done;
  }
  if (download !== undefined) {
    const file = artifacts[artifact];
    if (file === undefined) return { code: 1, text: `Artifact ${artifact} was not found.\n` };
    await mkdir(join(temporary, artifact), { recursive: true });
    await copyFile(file, join(temporary, artifact, basename(file)));
    return done;
  }
  if (task !== undefined && task !== "AzureCLI@2") throw new Error(`Nothing is known of ${task}.`);
  const script = step.bash ?? step.script ?? inputs["inlineScript"] ?? "";
  const ended = await runScript(run, step, machine, script, task === undefined ? {} : await signedIn(run, machine));
  for (const [, name = "", output, value = ""] of ended.text.matchAll(variableSet)) {
    machine.variables[name] = value;
    if (output !== undefined) machine.outputs[`${step.name ?? ""}.${name}`] = value;
  }
  return ended;
}

const variableSet = /^##vso\[task\.setvariable variable=(\w+)(;isOutput=true)?\](.*)$/gmu;

/** What the task gives its script, and `az` as it has signed in. */
async function signedIn({ connection, subscriptionId }: PipelineRun, { temporary }: Machine): Promise<object> {
  const az = `#!/bin/sh\n[ "$*" = "account show --query id --output tsv" ] && echo ${subscriptionId}\n`;
  await writeFile(join(temporary, "stand-ins", "az"), az, { mode: 0o755 });
  const { serviceConnectionId, ...own } = connection;
  return { ...own, AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: serviceConnectionId };
}

async function runScript(
  { environment, accessToken }: PipelineRun,
  { env = {} }: Step,
  { cwd, temporary, variables }: Machine,
  script: string,
  more: object,
): Promise<Finished> {
  const known: Record<string, string> = { ...variables, "System.AccessToken": accessToken };
  const valueOf = (text: string) => text.replaceAll(/\$\(([\w.]+)\)/gu, (whole, name: string) => known[name] ?? whole);
  const child = spawn("bash", ["--noprofile", "--norc", "-c", script], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...environment,
      PATH: [join(temporary, "stand-ins"), environment["PATH"]].join(delimiter),
      AGENT_TEMPDIRECTORY: temporary,
      PIPELINE_WORKSPACE: temporary,
      TF_BUILD: "True",
      ...more,
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, valueOf(String(value))])),
    },
  });
  return await finished(child);
}
