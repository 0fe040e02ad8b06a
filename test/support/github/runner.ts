/**
 * Runs one job of a workflow file as GitHub's runner would: its `run:` steps, in order, from the file, each in a bash of its own with
 * what GITHUB_ENV has gathered. What `uses:` an action is replaced by this table; an action that is not in it is an error.
 *
 * | action             | here                                                        |
 * | ------------------ | ----------------------------------------------------------- |
 * | actions/checkout   | the folder `checkout`, which the caller has prepared         |
 * | actions/setup-node | nothing: PATH has the Node.js that runs the tests            |
 * | pulumi/actions     | nothing: PATH has the engine that the tests use              |
 *
 * And one program is: `npm ci` would delete and install what the checkout shares with the repository, so `npm` is a stand-in that
 * takes `ci` and nothing else.
 */
import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { finished } from "../../e2e/support/project";
import { evaluated, jobOf, type MatrixRow, readWorkflow, type WorkflowStep } from "./workflow";

const replacedActions = new Set(["actions/checkout", "actions/setup-node", "pulumi/actions"]);

export interface JobRun {
  file: string;
  row: MatrixRow;
  /** Configuration variables of the repository and the environment. */
  vars: Readonly<Record<string, string>>;
  /** Secrets of the repository and the environment. */
  secrets: Readonly<Record<string, string>>;
  /** The token of the job. */
  token: string;
  /** The repository's folder, as checked out. */
  checkout: string;
  /** For RUNNER_TEMP and the runner's files. */
  temporary: string;
  /** What the runner itself sets, and what the machine has. */
  environment: NodeJS.ProcessEnv;
}

export interface JobResult {
  /** Exit code of the step that failed; 0 when all did well. */
  code: number;
  /** Names or first lines of the `run:` steps that were run. */
  steps: string[];
  /** Both streams of all of them. */
  text: string;
  summary: string;
}

export async function runJob(run: JobRun): Promise<JobResult> {
  const workflow = readWorkflow(run.file);
  const job = jobOf(workflow);
  if (workflow.defaults.run.shell !== "bash") throw new Error("The test runner has no other shell than bash.");
  const files = await runnerFiles(run.temporary);
  const result: JobResult = { code: 0, steps: [], text: "", summary: "" };
  for (const step of job.steps) {
    if (step.uses !== undefined) replace(step.uses);
    if (step.run === undefined) continue;
    result.steps.push(step.name ?? step.run.split("\n", 1)[0] ?? "");
    const { code, text } = await runStep(run, step, { ...job.env, ...step.env }, files);
    Object.assign(result, { code, text: result.text + text });
    if (code !== 0) break;
  }
  result.summary = await readFile(files.GITHUB_STEP_SUMMARY, "utf8");
  return result;
}

function replace(action: string): void {
  const name = action.split("@", 1)[0] ?? "";
  if (!replacedActions.has(name)) throw new Error(`The test runner does not know what to do for ${action}.`);
}

type RunnerFiles = Record<"GITHUB_ENV" | "GITHUB_STEP_SUMMARY" | "RUNNER_TEMP" | "NPM", string>;

async function runnerFiles(temporary: string): Promise<RunnerFiles> {
  const npm = join(temporary, "stand-ins");
  await mkdir(npm, { recursive: true });
  await writeFile(join(npm, "npm"), '#!/bin/sh\n[ "$*" = ci ] || { echo "npm $*: not here" >&2; exit 99; }\n', {
    mode: 0o755,
  });
  const files = { GITHUB_ENV: join(temporary, "env"), GITHUB_STEP_SUMMARY: join(temporary, "summary.md") };
  for (const file of Object.values(files)) await writeFile(file, "");
  return { ...files, RUNNER_TEMP: temporary, NPM: npm };
}

async function runStep(
  { row, vars, secrets, token, checkout, environment }: JobRun,
  { run = "" }: WorkflowStep,
  env: Record<string, string>,
  { NPM, ...files }: RunnerFiles,
): Promise<{ code: number; text: string }> {
  const contexts = { matrix: row, vars, secrets, github: { token } };
  const own = Object.entries(env).map(([name, value]) => [name, evaluated(value, contexts)] as const);
  const gathered = (await readFile(files.GITHUB_ENV, "utf8")).split("\n").filter((line) => line !== "");
  const script = join(files.RUNNER_TEMP, "step.sh");
  await writeFile(script, evaluated(run, contexts));
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
    cwd: checkout,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...environment,
      ...files,
      PATH: [NPM, environment["PATH"]].join(delimiter),
      ...Object.fromEntries(own),
      ...Object.fromEntries(gathered.map((line) => line.split(/=(.*)/su).slice(0, 2) as [string, string])),
    },
  });
  return await finished(child);
}
