/** The pipelines equal the workflows: their common parts exist twice and are compared here. Not verified against a live organization. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { toldStep } from "../../cli/report-jobs/job";
import { engineVersions } from "../../embedded-cloud/engine/versions";
import { jobsOf, pipelineFolder, readPipeline } from "../support/azure-devops/pipeline";
import { jobOf, readStacks, readWorkflow } from "../support/github/workflow";

const files = readdirSync(pipelineFolder).filter((name) => name.endsWith(".yml"));
const templates = readdirSync(join(pipelineFolder, "templates"));
const textOf = (path: string): string => readFileSync(join(pipelineFolder, path), "utf8");
const template = (name: string) =>
  parse(textOf(join("templates", name))) as { parameters: { name: string; default?: unknown }[] };
const everything = [...files, ...templates.map((name) => join("templates", name)), "sign-in.sh"];

test("these are there", () => {
  expect(files).toEqual([
    "customers.yml",
    "drift.yml",
    "preview.yml",
    "probe.yml",
    "renew.yml",
    "rotate.yml",
    "up.yml",
  ]);
  expect(templates).toEqual(["install.yml", "jobs.yml"]);
});

const asInPipeline = (run = ""): string =>
  run
    .replace(/ --markdown| --notify/gu, "")
    .replace("$RUNNER_TEMP/status-$STACK.html", "$AGENT_TEMPDIRECTORY/status.html")
    .replace(/ \| tee .*/u, "")
    .replace("--report-to github", "--report-to azure-devops");

test.each(files)("%s runs when its workflow does, as the same identity, the same command", (file) => {
  const { trigger, schedules, lockBehavior, extends: extended, jobs } = readPipeline(file);
  const workflow = readWorkflow(file);
  const { environment = "", steps, "timeout-minutes": minutes } = jobOf(workflow);
  // The required template of a service connection refuses a pipeline that only includes it.
  const { parameters, template: used } = extended ?? { parameters: {}, template: "" };
  const command = steps.find(({ run = "" }) => /^(?:\[ .* \|\| )?node /u.test(run))?.run;
  const engine = steps.some((step) => step.with?.["engine"] === true);
  const on = workflow.on as { push?: { branches: string[] }; schedule?: { cron: string }[] };
  expect({ used, jobs, ...parameters, cron: schedules?.map(({ cron }) => cron) }).toMatchObject({
    used: "templates/jobs.yml",
    jobs: undefined,
    name: file.replace(".yml", ""),
    connection: environment.replace("${{ matrix.stack }}", ""), // eslint-disable-line no-template-curly-in-string -- an expression of the file
    run: asInPipeline(command),
    ...(engine && { engine }),
    ...(minutes !== 30 && { minutes }),
    cron: on.schedule?.map(({ cron }) => cron),
  });
  expect(trigger).toEqual(on.push === undefined ? "none" : { branches: { include: on.push.branches } });
  // Of overdue runs Azure Pipelines keeps only the newest, unless it must wait.
  expect(lockBehavior).toBe(file === "preview.yml" ? undefined : "sequential");
  expect(schedules?.map(({ branches, always }) => ({ ...branches, always })) ?? []).toEqual(
    schedules === undefined ? [] : [{ include: ["main"], always: true }],
  );
});

test("every job is of main, the preview's too: a pull request's own pipeline is its author's", () => {
  const jobs = textOf(join("templates", "jobs.yml"));
  const conditions = [...jobs.matchAll(/condition: and\((.*)$/gmu)].map(([, one]) => one);
  expect(jobs).toContain("  - job: build\n    condition: eq(variables['Build.SourceBranch'], 'refs/heads/main')\n");
  expect(conditions.filter((one) => one?.includes("variables['told']") !== true)).toEqual([
    "succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))",
    "not(canceled()), eq(variables['Build.SourceBranch'], 'refs/heads/main'))",
  ]);
});

test.each(files)("%s builds where no service connection is, and a job that has one takes what was built", (file) => {
  const parameters = file === "preview.yml" ? { pullRequest: "7" } : {};
  const [build, own, ...others] = jobsOf(file, [{ stack: "a-b", cloud: "c", authority: "a" }], parameters);
  expect([build?.job, own?.deployment, others.map(({ job }) => job)]).toEqual([
    "build",
    `${file.replace(".yml", "")}_a_b`,
    file === "preview.yml" ? [] : ["tell"],
  ]);
  const steps = own?.strategy?.runOnce.deploy.steps ?? [];
  expect([build, ...others].flatMap((job) => job?.steps?.flatMap(({ task = [] }) => task) ?? [])).not.toContain(
    "AzureCLI@2",
  );
  expect(build?.variables).toBeUndefined();
  expect(own?.variables).toEqual([
    { group: "a-b" },
    { name: "digest", value: "$[ dependencies.build.outputs['pack.digest'] ]" },
  ]);
  const scripts = steps.flatMap(({ script = [], bash = [] }) => [script, bash].flat());
  expect(scripts.filter((one) => /\bnpm\b/u.test(one))).toEqual(
    ["customers.yml", "probe.yml", "renew.yml"].includes(file) ? [] : ["npm ci --omit=dev --ignore-scripts"],
  );
  const all = [build, ...others].flatMap((job) => job?.steps?.flatMap(({ script = [] }) => script) ?? []);
  expect(all.filter((one) => one.startsWith("npm ci"))).toEqual(
    [build, ...others].map(() => "npm ci --ignore-scripts"),
  );
});

test("the stacks stand in the one template, and are those of the workflows", () => {
  const { default: stacks } = template("jobs.yml").parameters.find(({ name }) => name === "stacks") ?? {};
  expect(stacks).toEqual(readStacks().map(({ stack, cloud, authority }) => ({ stack, cloud, authority })));
  for (const file of everything.filter((name) => name !== join("templates", "jobs.yml")))
    expect(textOf(file)).not.toMatch(/global|usgov|Azure(?:Cloud|USGovernment)/u);
});

test("each pipeline but the preview's has a job that tells of those that failed, and a step that says what was told", () => {
  const jobs = textOf(join("templates", "jobs.yml"));
  expect(jobs).toMatch(/if ne\(parameters\.name, 'preview'\) \}\}:\n {6}- job: tell\n/u);
  expect(jobs).toContain(`displayName: ${toldStep}\n`);
  const told = files.filter((file) => readPipeline(file).extends?.parameters["issue"] === true);
  expect(told).toEqual(["customers.yml", "drift.yml", "probe.yml"]);
});

test.each(everything)("%s holds no secret, and keeps no credential of a checkout", (file) => {
  expect(textOf(file).match(/client_?secret|servicePrincipalKey|password/giu) ?? []).toEqual([]);
  expect((textOf(file).match(/checkout: self\n +persistCredentials: false/gu) ?? []).length).toBe(
    (textOf(file).match(/checkout:/gu) ?? []).length,
  );
});

test("tasks have a major version, and no others than these; the engine is the one this repository is tested with", () => {
  const used = everything.flatMap((file) => [...textOf(file).matchAll(/task: (.+)/gu)].map(([, task]) => task));
  expect([...new Set(used)].sort()).toEqual(["AzureCLI@2", "UseNode@1"]);
  expect(textOf(join("templates", "install.yml"))).toContain(`VERSION: ${engineVersions.pulumi}\n`);
});
