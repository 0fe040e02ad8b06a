/** Workflow files as this repository writes them: what the tests read of them, and the values of their expressions. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface WorkflowStep {
  name?: string;
  uses?: string;
  with?: Record<string, string | number | boolean>;
  run?: string;
  env?: Record<string, string>;
}

export interface WorkflowJob {
  if?: string;
  needs?: string;
  environment?: string;
  concurrency: { group: string; "cancel-in-progress": boolean };
  permissions: Record<string, string>;
  "timeout-minutes": number;
  "runs-on": string;
  strategy?: { "fail-fast": boolean; matrix: { include: MatrixRow[] } };
  env?: Record<string, string>;
  steps: WorkflowStep[];
}

export type MatrixRow = Readonly<Record<string, string>>;

export interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  defaults: { run: { shell: string } };
  jobs: Record<string, WorkflowJob>;
}

export const workflowFolder = join(__dirname, "..", "..", "..", ".github", "workflows");

export function readWorkflow(file: string): Workflow {
  return parse(readFileSync(join(workflowFolder, file), "utf8")) as Workflow;
}

/** The only job of a workflow. */
export function jobOf({ jobs }: Workflow): WorkflowJob {
  const [job, ...others] = Object.values(jobs);
  if (job === undefined || others.length > 0) throw new Error("A workflow of this repository has one job.");
  return job;
}

/** Contexts by name, such as matrix, vars, github. */
export type Contexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Puts values in the place of `${{ context.name }}`: the only expressions that this repository's steps use.
 * @throws Error for any other, and for a name without a value; a variable or secret that nobody set is empty, as on GitHub
 */
export function evaluated(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gu, (_, expression: string) => {
    const [, context = "", name = ""] = /^\s*(\w+)\.(\w+)\s*$/u.exec(expression) ?? [];
    const value = contexts[context]?.[name] ?? (context === "vars" || context === "secrets" ? "" : undefined);
    if (value === undefined) throw new Error(`The test runner has no ${expression.trim()}.`);
    return value;
  });
}
