/**
 * Runs one job of a workflow file like GitHub's runner: its `run:` steps, in order, from the file, each in a separate bash with
 * the variables from GITHUB_ENV; those of the repository's own actions, too. Other actions are replaced according to this table; an action
 * that is not in it is an error.
 *
 * | action                  | here                                                        |
 * | ----------------------- | ----------------------------------------------------------- |
 * | actions/checkout        | the folder `checkout`, which the caller has prepared        |
 * | actions/setup-node      | nothing: PATH has the Node.js that runs the tests           |
 * | pulumi/actions          | nothing: PATH has the engine that the tests use             |
 * | actions/upload-artifact | the file that `path` names is read                          |
 *
 * And one program is replaced: `npm ci` would delete and install what the checkout shares with the repository, so `npm` is a stand-in that
 * accepts only `ci`.
 */
import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { finished } from "../../e2e/support/project";
import { type Contexts, evaluated, holds, type JobStatus } from "./expressions";
import { jobOf, type MatrixRow, readAction, readWorkflow, type WorkflowStep } from "./workflow";

const replacedActions = new Set(["actions/checkout", "actions/setup-node", "pulumi/actions"]);
/** The step that creates the page, which takes a second that most tests need not spend. */
const attachesPage = "./.github/actions/attach-page";

export interface JobRun {
  file: string;
  row: MatrixRow;
  /** Configuration variables of the repository and the environment. */
  vars: Readonly<Record<string, string>>;
  /** Secrets of the repository and the environment. */
  secrets: Readonly<Record<string, string>>;
  /** The context `github`: the token of the job, and the data of the event. */
  github: Readonly<{ token: string; event?: object }>;
  /** The repository's folder, as checked out. */
  checkout: string;
  /** Whether the page of `status` is attached. */
  attaches: boolean;
  /** For RUNNER_TEMP and the runner's files. */
  temporary: string;
  /** Variables of the runner itself and of the machine. */
  environment: NodeJS.ProcessEnv;
}

/** A step of a job, in the form of GitHub's API. */
export interface StepRecord {
  name: string;
  conclusion: "success" | "failure" | "skipped";
}

export interface JobResult {
  /** Exit code of the first failed step; 0 if there is none. */
  code: number;
  /** Names or first lines of the `run:` steps that were run. */
  steps: string[];
  /** The job's own steps, those of an action as one. */
  record: StepRecord[];
  /** Both streams of all of them. */
  text: string;
  summary: string;
  /** The files attached to the run, by name. */
  artifacts: Record<string, string>;
}

export async function runJob(run: JobRun): Promise<JobResult> {
  const workflow = readWorkflow(run.file);
  const job = jobOf(workflow);
  if (workflow.defaults.run.shell !== "bash") throw new Error("The test runner has no other shell than bash.");
  const files = await runnerFiles(run.temporary);
  const { row: matrix, vars, secrets, github } = run;
  const result: JobResult = { code: 0, steps: [], record: [], text: "", summary: "", artifacts: {} };
  const all = { run, files, result, env: job.env ?? {} };
  result.record = await runSteps(all, job.steps, {
    matrix,
    vars,
    secrets,
    github,
    runner: { temp: files.RUNNER_TEMP },
  });
  result.summary = await readFile(files.GITHUB_STEP_SUMMARY, "utf8");
  return result;
}

interface Running {
  run: JobRun;
  files: RunnerFiles;
  result: JobResult;
  env: Record<string, string>;
}

async function runSteps(running: Running, steps: readonly WorkflowStep[], around: Contexts): Promise<StepRecord[]> {
  const record: StepRecord[] = [];
  const outputs: Record<string, { outputs: Record<string, string> }> = {};
  let status: JobStatus = "success";
  for (const step of steps) {
    const contexts = { ...around, steps: outputs };
    const name = step.name ?? `Run ${step.uses ?? (step.run ?? "").split("\n", 1)[0] ?? ""}`;
    const conclusion = holds(step.if, status, contexts) ? await runOne(running, step, contexts) : "skipped";
    record.push({ name, conclusion });
    if (conclusion === "failure") status = "failure";
    if (step.id !== undefined) outputs[step.id] = { outputs: await gatheredIn(running.files.GITHUB_OUTPUT) };
    await writeFile(running.files.GITHUB_OUTPUT, "");
  }
  return record;
}

async function runOne(running: Running, step: WorkflowStep, contexts: Contexts): Promise<StepRecord["conclusion"]> {
  const { run, files, result, env } = running;
  if (step.uses === attachesPage && !run.attaches) return "skipped";
  if (step.uses?.startsWith("actions/upload-artifact@")) return await attach(running, step.with ?? {}, contexts);
  if (step.uses?.startsWith("./")) return await runAction(running, step.uses, step.with ?? {}, contexts);
  if (step.uses !== undefined) replace(step.uses);
  if (step.run === undefined) return "success";
  result.steps.push(step.name ?? step.run.split("\n", 1)[0] ?? "");
  const { code, text } = await runStep(run, step, { ...env, ...step.env }, files, contexts);
  if (result.code === 0) result.code = code;
  result.text += text;
  return code === 0 ? "success" : "failure";
}

async function attach(
  { files, result }: Running,
  { name = "", path = "" }: NonNullable<WorkflowStep["with"]>,
  contexts: Contexts,
): Promise<"success"> {
  const all = { ...contexts, env: await gatheredIn(files.GITHUB_ENV) };
  result.artifacts[evaluated(String(name), all)] = await readFile(evaluated(String(path), all), "utf8");
  return "success";
}

async function runAction(
  running: Running,
  path: string,
  given: NonNullable<WorkflowStep["with"]>,
  contexts: Contexts,
): Promise<"success" | "failure"> {
  const { inputs: declared = {}, runs } = readAction(path);
  const inputs = Object.entries(declared).map(([name, { default: usual }]) => {
    const value = given[name] ?? usual;
    if (value === undefined) throw new Error(`${path} is given no ${name}.`);
    return [name, evaluated(String(value), contexts)] as const;
  });
  const { github, runner } = contexts;
  const record = await runSteps(running, runs.steps, { inputs: Object.fromEntries(inputs), github, runner });
  return record.some(({ conclusion }) => conclusion === "failure") ? "failure" : "success";
}

function replace(action: string): void {
  const name = action.split("@", 1)[0] ?? "";
  if (!replacedActions.has(name)) throw new Error(`The test runner does not know what to do for ${action}.`);
}

type RunnerFiles = Record<"GITHUB_ENV" | "GITHUB_OUTPUT" | "GITHUB_STEP_SUMMARY" | "RUNNER_TEMP" | "NPM", string>;

async function runnerFiles(temporary: string): Promise<RunnerFiles> {
  const npm = join(temporary, "stand-ins");
  await mkdir(npm, { recursive: true });
  await writeFile(join(npm, "npm"), '#!/bin/sh\n[ "$*" = ci ] || { echo "npm $*: not here" >&2; exit 99; }\n', {
    mode: 0o755,
  });
  const files = {
    GITHUB_ENV: join(temporary, "env"),
    GITHUB_OUTPUT: join(temporary, "output"),
    GITHUB_STEP_SUMMARY: join(temporary, "summary.md"),
  };
  for (const file of Object.values(files)) await writeFile(file, "");
  return { ...files, RUNNER_TEMP: temporary, NPM: npm };
}

/** `name=value` lines. */
async function gatheredIn(file: string): Promise<Record<string, string>> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/su).slice(0, 2) as [string, string]));
}

async function runStep(
  { checkout, environment }: JobRun,
  { run = "" }: WorkflowStep,
  env: Record<string, string>,
  { NPM, ...files }: RunnerFiles,
  contexts: Contexts,
): Promise<{ code: number; text: string }> {
  const own = Object.entries(env).map(([name, value]) => [name, evaluated(value, contexts)] as const);
  const script = join(files.RUNNER_TEMP, "step.sh");
  await writeFile(script, evaluated(run, contexts));
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
    cwd: checkout,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...environment,
      ...files,
      PATH: [NPM, environment["PATH"]].join(delimiter),
      ...(await gatheredIn(files.GITHUB_ENV)),
      ...Object.fromEntries(own),
    },
  });
  return await finished(child);
}
