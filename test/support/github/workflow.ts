/** This repository's workflow files, actions and stacks, as far as the tests read them. */
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { stackOfCloud } from "../../../lib/config/ci";
import type { CloudName } from "../../../lib/config/clouds";

export interface WorkflowStep {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  with?: Record<string, string | number | boolean>;
  shell?: string;
  run?: string;
  env?: Record<string, string>;
}

export interface WorkflowJob {
  name?: string;
  if?: string;
  needs?: string | string[];
  environment?: string;
  concurrency?: { group: string; "cancel-in-progress": boolean; queue?: string };
  permissions: Record<string, string>;
  /** The workflow that the job is; it has no steps of its own. */
  uses?: string;
  secrets?: Record<string, string>;
  "timeout-minutes": number;
  "runs-on": string;
  strategy?: { "fail-fast": boolean; matrix: { include: string } };
  env?: Record<string, string>;
  outputs?: Record<string, string>;
  steps: WorkflowStep[];
}

/** A stack, as a row of a project's .github/stacks.json. */
export type MatrixRow = Readonly<Record<string, string>>;

export interface Workflow {
  name: string;
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  defaults: { run: { shell: string } };
  jobs: Record<string, WorkflowJob>;
}

export interface CompositeAction {
  inputs?: Record<string, { default?: string }>;
  runs: { using: string; steps: WorkflowStep[] };
}

export const repositoryFolder = join(__dirname, "..", "..", "..");
export const templateFolder = join(repositoryFolder, "templates", "partner");
export const workflowFolder = join(repositoryFolder, ".github", "workflows");

/** @param file of this repository, or the path of another one, such as the template's */
export function readWorkflow(file: string): Workflow {
  const workflow = parse(readFileSync(resolve(workflowFolder, file), "utf8")) as Workflow;
  for (const job of Object.values(workflow.jobs)) job.steps = (job as Partial<WorkflowJob>).steps ?? [];
  return workflow;
}

/** How a workflow or an action names one of the repository that it is in, whoever calls it. */
const ofThisRepository = "$/";

export const isOwn = (uses: string): boolean => uses.startsWith(ofThisRepository);

/** @param uses as a step has it */
export function readAction(uses: string): CompositeAction {
  const file = join(repositoryFolder, uses.replace(ofThisRepository, ""), "action.yml");
  return parse(readFileSync(file, "utf8")) as CompositeAction;
}

/** The stacks of docs/ci.md, as a project names them. */
export const stacks: MatrixRow[] = Object.entries(stackOfCloud).map(([cloud, stack]) => ({ stack, cloud }));

export function stackOf(cloud: CloudName): MatrixRow {
  const row = stacks.find((one) => one["cloud"] === cloud);
  if (row === undefined) throw new Error(`No stack is of ${cloud}.`);
  return row;
}

/** The only job that has steps of its own. */
export function jobOf({ jobs }: Workflow): WorkflowJob {
  const [job, ...others] = Object.values(jobs).filter(({ uses }) => uses === undefined);
  if (job === undefined || others.length > 0) throw new Error("This workflow has more than one job with steps.");
  return job;
}

/** A step's script alone, started as by the runner. */
export const runScript = ({ run = "" }: WorkflowStep, env: NodeJS.ProcessEnv, cwd?: string): SpawnSyncReturns<string> =>
  spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], { encoding: "utf8", cwd, env });
