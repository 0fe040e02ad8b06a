/**
 * Runs one job of a workflow that another repository's calls, like GitHub's runner, after the job that it needs: their `run:` steps, in order, from the files, each in a separate
 * bash with the variables from GITHUB_ENV; those of the repository's own actions, too. Only a job with `id-token: write` gets the variables by which
 * it asks for a token. Other actions are replaced according to this table; an action that is not in it is an error.
 *
 * | action                    | here                                                                             |
 * | ------------------------- | -------------------------------------------------------------------------------- |
 * | actions/checkout          | the job's folder, which the caller has prepared                                  |
 * | actions/setup-node        | nothing: PATH has the Node.js that runs the tests                                |
 * | pulumi/actions            | nothing: PATH has the engine that the tests use                                  |
 * | actions/upload-artifact   | the file that `path` names is kept for the run                                   |
 *
 * And one program is replaced, unless the caller asks for the real one: `npm` installs nothing, but links what the repository has, and accepts only
 * the line of the workflows.
 */
import { spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { finished } from "../../e2e/support/project";
import { writeNpm } from "../npm-stand-in";
import { type Contexts, evaluated, holds, type JobStatus } from "./expressions";
import {
  isOwn,
  jobOf,
  type MatrixRow,
  readAction,
  readWorkflow,
  type WorkflowJob,
  type WorkflowStep,
} from "./workflow";

const replacedActions = new Set(["actions/checkout", "actions/setup-node", "pulumi/actions"]);
/** The step that creates the page, which takes a second that most tests need not spend. */
const attachesPage = "$/.github/actions/attach-page";

export interface JobRun {
  file: string;
  row: MatrixRow;
  vars: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
  /** The context `github`: the token of the job, and the data of the event. */
  github: Readonly<{ token: string; event?: object }>;
  /** The folder of the repository whose workflow calls, as checked out for its jobs. */
  checkout: string;
  attaches: boolean;
  /** For RUNNER_TEMP, the runner's files and the run's artifacts. */
  temporary: string;
  environment: NodeJS.ProcessEnv;
  /** Those by which a job with `id-token: write` asks for its token. */
  identity: Readonly<Record<string, string>>;
  installs?: boolean;
}

export interface StepRecord {
  name: string;
  conclusion: "success" | "failure" | "skipped";
}

export interface JobResult {
  code: number;
  /** Names or first lines of the `run:` steps that were run. */
  steps: string[];
  /** The job's own steps, those of an action as one. */
  record: StepRecord[];
  text: string;
  summary: string;
  artifacts: Record<string, string>;
}

export async function runJob(run: JobRun): Promise<JobResult> {
  const workflow = readWorkflow(run.file);
  const job = jobOf(workflow);
  if (workflow.defaults.run.shell !== "bash") throw new Error("The test runner has no other shell than bash.");
  const first = [job.needs ?? []].flat()[0] ?? "";
  const needed = workflow.jobs[first]?.uses;
  if (needed === undefined) return (await runSteppedJob(run, job, {})).result;
  const before = await runNeeded(run, needed);
  if (before.result.code !== 0) return before.result;
  return (await runSteppedJob(run, job, { [first]: { outputs: before.outputs } })).result;
}

/** The one job of a workflow that is called, with the outputs that it names, which are the workflow's. */
async function runNeeded(run: JobRun, path: string): Promise<{ result: JobResult; outputs: Record<string, string> }> {
  const called = readWorkflow(basename(path));
  const { on } = called as unknown as { on: { workflow_call: { outputs: Record<string, { value: string }> } } };
  const [only] = Object.entries(called.jobs);
  if (only === undefined) throw new Error(`${path} has no job.`);
  const [name, job] = only;
  const { result, outputs } = await runSteppedJob(run, job, {});
  const contexts = { jobs: { [name]: { outputs } } };
  const named = Object.entries(on.workflow_call.outputs).map(([one, { value }]) => [one, evaluated(value, contexts)]);
  return { result, outputs: Object.fromEntries(named) as Record<string, string> };
}

async function runSteppedJob(
  run: JobRun,
  job: WorkflowJob,
  needs: object,
): Promise<{ result: JobResult; outputs: Record<string, string> }> {
  // Each job has a machine of its own.
  for (const one of [join(run.checkout, "node_modules"), machine(run)]) await rm(one, { recursive: true, force: true });
  const files = await runnerFiles(machine(run), run.installs === true);
  const { row: matrix, vars, secrets, github } = run;
  const result: JobResult = { code: 0, steps: [], record: [], text: "", summary: "", artifacts: {} };
  const identity = job.permissions["id-token"] === "write" ? run.identity : {};
  const mine = { ...run, environment: { ...run.environment, ...identity } };
  const contexts = { matrix, needs, vars, secrets, github, runner: { temp: files.RUNNER_TEMP } };
  const running = { run: mine, files, result, env: job.env ?? {} };
  const { record, steps } = await runSteps(running, job.steps, contexts);
  const declared = Object.entries(job.outputs ?? {}).map(([name, value]) => [name, evaluated(value, { steps })]);
  result.record = record;
  result.summary = await readFile(files.GITHUB_STEP_SUMMARY, "utf8");
  return { result, outputs: Object.fromEntries(declared) as Record<string, string> };
}

const machine = ({ temporary }: JobRun): string => join(temporary, "machine");

interface Running {
  run: JobRun;
  files: RunnerFiles;
  result: JobResult;
  env: Record<string, string>;
}

type StepOutputs = Record<string, { outputs: Record<string, string> }>;

async function runSteps(
  running: Running,
  steps: readonly WorkflowStep[],
  around: Contexts,
): Promise<{ record: StepRecord[]; steps: StepOutputs }> {
  const record: StepRecord[] = [];
  const outputs: StepOutputs = {};
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
  return { record, steps: outputs };
}

async function runOne(running: Running, step: WorkflowStep, contexts: Contexts): Promise<StepRecord["conclusion"]> {
  const { run, files, result, env } = running;
  if (step.uses === attachesPage && !run.attaches) return "skipped";
  if (step.uses?.startsWith("actions/upload-artifact@")) return await attach(running, step.with ?? {}, contexts);
  if (step.uses !== undefined && isOwn(step.uses))
    return await runAction(running, step.uses, step.with ?? {}, contexts);
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
  const named = evaluated(String(name), all);
  const file = evaluated(String(path), all);
  result.artifacts[named] = await readFile(file, "utf8");
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
  const { record } = await runSteps(running, runs.steps, { inputs: Object.fromEntries(inputs), github, runner });
  return record.some(({ conclusion }) => conclusion === "failure") ? "failure" : "success";
}

function replace(action: string): void {
  const name = action.split("@", 1)[0] ?? "";
  if (!replacedActions.has(name)) throw new Error(`The test runner does not know what to do for ${action}.`);
}

type RunnerFiles = Record<"GITHUB_ENV" | "GITHUB_OUTPUT" | "GITHUB_STEP_SUMMARY" | "RUNNER_TEMP" | "NPM", string>;

async function runnerFiles(temporary: string, installs: boolean): Promise<RunnerFiles> {
  const standIns = join(temporary, "stand-ins");
  await mkdir(standIns, { recursive: true });
  if (!installs) await writeNpm(standIns);
  const files = {
    GITHUB_ENV: join(temporary, "env"),
    GITHUB_OUTPUT: join(temporary, "output"),
    GITHUB_STEP_SUMMARY: join(temporary, "summary.md"),
  };
  for (const file of Object.values(files)) await writeFile(file, "");
  return { ...files, RUNNER_TEMP: temporary, NPM: standIns };
}

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
