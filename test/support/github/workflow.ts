/** This repository's workflow files, actions and stacks, as far as the tests read them. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";

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
  needs?: string;
  environment?: string;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  permissions: Record<string, string>;
  /** The workflow that the job is; it has no steps of its own. */
  uses?: string;
  "timeout-minutes": number;
  "runs-on": string;
  strategy?: { "fail-fast": boolean; matrix: { include: string } };
  env?: Record<string, string>;
  outputs?: Record<string, string>;
  steps: WorkflowStep[];
}

/** A stack, as a row of .github/stacks.json. */
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
export const workflowFolder = join(repositoryFolder, ".github", "workflows");

/** @param file of this repository, or the path of another one */
export function readWorkflow(file: string): Workflow {
  const workflow = parse(readFileSync(resolve(workflowFolder, file), "utf8")) as Workflow;
  for (const job of Object.values(workflow.jobs)) job.steps = (job as Partial<WorkflowJob>).steps ?? [];
  return workflow;
}

/** @param path as `uses:` has it, from the repository's folder */
export function readAction(path: string): CompositeAction {
  return parse(readFileSync(join(repositoryFolder, path, "action.yml"), "utf8")) as CompositeAction;
}

export function readStacks(): MatrixRow[] {
  return JSON.parse(readFileSync(join(repositoryFolder, ".github", "stacks.json"), "utf8")) as MatrixRow[];
}

export function stackOf(cloud: string): MatrixRow {
  const row = readStacks().find((one) => one["cloud"] === cloud);
  if (row === undefined) throw new Error(`.github/stacks.json has no row of ${cloud}.`);
  return row;
}

/** The only job that has steps of its own. */
export function jobOf({ jobs }: Workflow): WorkflowJob {
  const [job, ...others] = Object.values(jobs).filter(({ uses }) => uses === undefined);
  if (job === undefined || others.length > 0) throw new Error("This workflow has more than one job with steps.");
  return job;
}
