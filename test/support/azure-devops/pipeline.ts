/**
 * Runs a pipeline that extends templates/azure-pipelines/jobs.yml like an agent: a stack's job, its steps in order as the templates expand to them. What only the
 * service connection's task has, only its step gets, and the job's token only a step that maps it. These are replaced, as in
 * test/support/github/runner.ts:
 *
 * | step                        | here                                                              |
 * | --------------------------- | ----------------------------------------------------------------- |
 * | checkout                    | the job's folder, which the caller has prepared                   |
 * | UseNode@1, pulumi           | nothing: PATH has those that the tests use                        |
 * | AzureCLI@2                  | its script, with a stand-in for `az` as the task has signed it in |
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { parse } from "yaml";
import { type Finished, finished } from "../../e2e/support/project";
import { writeNpm } from "../npm-stand-in";
import { type MatrixRow, repositoryFolder, templateFolder } from "../github/workflow";
import { expandFile } from "./template";

export interface Pipeline {
  trigger: "none" | { branches: { include: string[] } };
  pr?: "none";
  lockBehavior?: string;
  schedules?: { cron: string; displayName: string; branches: { include: string[] }; always: boolean }[];
  resources?: { repositories: Record<"repository" | "type" | "endpoint" | "name" | "ref", string>[] };
  extends: { template: string; parameters: Record<string, string | boolean | number> };
}

export const pipelineFolder = join(repositoryFolder, "templates", "azure-pipelines");
export const pipelineFile = join(templateFolder, "azure-pipelines.yml");

export function readPipeline(): Pipeline {
  return parse(readFileSync(pipelineFile, "utf8")) as Pipeline;
}

export const jobsTemplate = "templates/azure-pipelines/jobs.yml";

interface Step {
  displayName?: string;
  script?: string;
  task?: string;
  inputs?: Record<string, string>;
  checkout?: string;
  publish?: string;
  condition?: string;
  env?: Record<string, string | number>;
}

export interface Job {
  displayName?: string;
  deployment?: string;
  variables?: { group?: string }[];
  strategy?: { runOnce: { deploy: { steps: Step[] } } };
}

/** What runs, and of a scheduled run the schedule's name. */
export interface Started {
  parameters?: Record<string, unknown>;
  schedule?: string;
}

/** The jobs of a pipeline, as they run. @param stacks in place of those in the file */
export function jobsOf({ parameters = {}, schedule = "" }: Started, stacks: readonly MatrixRow[]): Job[] {
  const variables = { "Build.CronSchedule.DisplayName": schedule };
  const { extends: extended } = expandFile(pipelineFile, parameters, variables) as unknown as Pipeline;
  return expandFile(join(repositoryFolder, jobsTemplate), { ...extended.parameters, stacks })["jobs"] as Job[];
}

const stepsOf = (started: Started, row: MatrixRow): Step[] =>
  jobsOf(started, [row]).flatMap(({ strategy }) => strategy?.runOnce.deploy.steps ?? []);

/** The service connection that a stack's job signs in with. */
export const connectionOf = (started: Started, row: MatrixRow): string =>
  stepsOf(started, row).flatMap(({ inputs = {} }) => inputs["azureSubscription"] ?? [])[0] ?? "";

export interface PipelineRun extends Started {
  row: MatrixRow;
  /** Those that AzureCLI@2 sets for its script: the service connection's identity. */
  connection: Readonly<Record<"servicePrincipalId" | "tenantId" | "idToken" | "serviceConnectionId", string>>;
  subscriptionId: string;
  accessToken: string;
  folder: string;
  checkout: string;
  environment: NodeJS.ProcessEnv;
  installs?: boolean;
}

interface Machine {
  cwd: string;
  temporary: string;
  variables: Record<string, string>;
}

interface Result extends Finished {
  steps: string[];
  /** What the run shows, by the name of the file. */
  summaries: Record<string, string>;
}

/** @returns both streams of all steps, and the exit code of the first that failed */
export async function runPipeline(run: PipelineRun): Promise<Result> {
  const temporary = join(run.folder, "agent");
  for (const one of [temporary, join(run.checkout, "node_modules")]) await rm(one, { recursive: true, force: true });
  await mkdir(join(temporary, "stand-ins"), { recursive: true });
  if (run.installs !== true) await writeNpm(join(temporary, "stand-ins"));
  const machine = { cwd: run.checkout, temporary, variables: {} };
  return await runSteps(run, stepsOf(run, run.row), machine);
}

async function runSteps(run: PipelineRun, steps: Step[], machine: Machine): Promise<Result> {
  const result: Result = { code: 0, text: "", steps: [], summaries: {} };
  for (const step of steps) {
    if (step.publish !== undefined || step.checkout !== undefined || step.task === "UseNode@1") continue;
    if (step.displayName === "pulumi") continue;
    if (result.code !== 0 && step.condition !== "always()") continue;
    result.steps.push(step.displayName ?? "");
    const { code, text } = await runStep(run, step, machine);
    result.text += text;
    result.code ||= code;
    for (const [, file = ""] of text.matchAll(/^##vso\[task\.uploadsummary\](.*)$/gmu))
      result.summaries[basename(file)] = await readFile(file, "utf8");
  }
  return result;
}

async function runStep(run: PipelineRun, step: Step, machine: Machine): Promise<Finished> {
  const { task, inputs = {} } = step;
  if (task !== undefined && task !== "AzureCLI@2") throw new Error(`Nothing is known of ${task}.`);
  const script = step.script ?? inputs["inlineScript"] ?? "";
  const ended = await runScript(run, step, machine, script, task === undefined ? {} : await signedIn(run, machine));
  for (const [, name = "", value = ""] of ended.text.matchAll(variableSet)) machine.variables[name] = value;
  return ended;
}

const variableSet = /^##vso\[task\.setvariable variable=(\w+)\](.*)$/gmu;

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
  const own = { "System.AccessToken": accessToken, "Agent.TempDirectory": temporary };
  const known: Record<string, string> = { ...variables, ...own };
  const valueOf = (text: string) => text.replaceAll(/\$\(([\w.]+)\)/gu, (whole, name: string) => known[name] ?? whole);
  const child = spawn("bash", ["--noprofile", "--norc", "-c", script], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...environment,
      PATH: [join(temporary, "stand-ins"), environment["PATH"]].join(delimiter),
      AGENT_TEMPDIRECTORY: temporary,
      TF_BUILD: "True",
      ...more,
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, valueOf(String(value))])),
    },
  });
  return await finished(child);
}
