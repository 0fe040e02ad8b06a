/** The template's pipeline, and the jobs that it extends, are of one piece with the workflows. No organization of Azure DevOps was asked. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { toldStep } from "../../cli/report-jobs/job";
import { clouds, type CloudName } from "../../lib/config/clouds";
import { engineVersions } from "../../embedded-cloud/engine/versions";
import { jobsOf, jobsTemplate, pipelineFile, pipelineFolder, readPipeline } from "../support/azure-devops/pipeline";
import { jobOf, readWorkflow, repositoryFolder, stacks, templateFolder } from "../support/github/workflow";

const everything = [pipelineFile, ...readdirSync(pipelineFolder).map((name) => join(pipelineFolder, name))];
const textOf = (path: string): string => readFileSync(path, "utf8");
const template = textOf(join(repositoryFolder, jobsTemplate));
const { parameters } = parse(template) as { parameters: { name: string; default?: Record<string, object> }[] };
const defaultOf = (parameter: string) => parameters.find(({ name }) => name === parameter)?.default ?? {};
const jobs = Object.keys(defaultOf("jobs"));

test("these are there", () => {
  expect(readdirSync(pipelineFolder)).toEqual(["install.yml", "jobs.yml"]);
  expect(jobs).toEqual(["customers", "drift", "preview", "probe", "renew", "rotate", "up"]);
});

const asInPipeline = (run = ""): string =>
  run
    .replace(/ --markdown| --notify/gu, "")
    .replace("$RUNNER_TEMP/status-$STACK.html", "$AGENT_TEMPDIRECTORY/status.html")
    .replace(/ \| tee .*/u, "")
    .replace("--report-to github", "--report-to azure-devops");

test.each(jobs)("%s runs as the same identity as its workflow, the same command, as long", (name) => {
  const { environment = "", steps, "timeout-minutes": minutes } = jobOf(readWorkflow(`${name}.yml`));
  const command = steps.find(({ run = "" }) => /^(?:\[ .* \|\| )?node_modules/u.test(run))?.run;
  expect(defaultOf("jobs")[name]).toEqual({
    connection: environment.replace("${{ matrix.stack }}", ""), // eslint-disable-line no-template-curly-in-string -- an expression of the file
    environment: name === "preview" ? "-preview" : "",
    engine: steps.some((step) => step.with?.["engine"] === true),
    minutes,
    issue: steps.some((step) => step.name === toldStep),
    run: asInPipeline(command),
  });
});

test("the pipeline runs when the workflow does: what its schedule is called, or who starts it says, or else up", () => {
  const { trigger, pr, schedules = [], lockBehavior, extends: extended, resources } = readPipeline();
  const workflow = readWorkflow(join(templateFolder, ".github", "workflows", "partner.yml"));
  const { schedule } = workflow.on as { schedule: { cron: string }[] };
  expect(schedules.map(({ cron }) => ({ cron }))).toEqual(schedule);
  for (const { cron, displayName, branches, always } of schedules)
    expect([workflow.jobs[displayName]?.if, branches, always]).toEqual([
      `github.event.schedule == '${cron}' || inputs.job == '${displayName}'`,
      { include: ["main"] },
      true,
    ]);
  expect([trigger, pr]).toEqual([{ branches: { include: ["main"] } }, "none"]);
  // Of overdue runs Azure Pipelines keeps only the newest, unless it must wait.
  expect(lockBehavior).toBe("sequential");
  // The required template of a service connection refuses a pipeline that only includes it.
  expect(extended?.template).toBe(`${jobsTemplate}@jobs`);
  const [, place = "", version = ""] = /^([\w-]+\/[\w-]+)\/.*@(v.*)$/u.exec(workflow.jobs["up"]?.uses ?? "") ?? [];
  expect(resources?.repositories).toEqual([
    { repository: "jobs", type: "github", endpoint: "github", name: place, ref: `refs/tags/${version}` },
  ]);
  const started = (...[run]: Parameters<typeof jobsOf>) =>
    jobsOf(run, stacks).map(({ displayName, job }) => displayName ?? job);
  const names = (job: string) => stacks.map(({ stack = "" }) => `${job} ${stack}`);
  expect(started({}, stacks)).toEqual([...names("up"), "tell"]);
  expect(started({ schedule: "renew" }, stacks)).toEqual([...names("renew"), "tell"]);
  expect(started({ parameters: { job: "preview", pullRequest: 7 } }, stacks)).toEqual(names("preview"));
});

test("every job is of main, the preview's too: a pull request's own pipeline is its author's", () => {
  const conditions = [...template.matchAll(/condition: and\((.*)$/gmu)].map(([, one]) => one);
  expect(conditions.filter((one) => one?.includes("variables['told']") !== true)).toEqual([
    "succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))",
    "not(canceled()), eq(variables['Build.SourceBranch'], 'refs/heads/main'))",
  ]);
});

test.each(jobs)("%s has one job a stack, with a service connection, and one without that tells", (name) => {
  const [own, ...others] = jobsOf({ schedule: name }, [{ stack: "a-b", cloud: "AzureCloud" }]);
  expect([own?.deployment, own?.variables, others.map(({ job }) => job)]).toEqual([
    `${name}_a_b`,
    [{ group: "a-b" }],
    name === "preview" ? [] : ["tell"],
  ]);
  const steps = own?.strategy?.runOnce.deploy.steps ?? [];
  const all = [...steps, ...others.flatMap((job) => job.steps ?? [])];
  expect(steps.flatMap(({ task = [] }) => task)).toContain("AzureCLI@2");
  expect(others.flatMap((job) => job.steps?.flatMap(({ task = [] }) => task) ?? [])).not.toContain("AzureCLI@2");
  const npm = all.flatMap(({ script = "" }) => (script.startsWith("npm") ? [script] : []));
  expect(npm).toEqual([own, ...others].map(() => "npm ci --omit=dev --ignore-scripts"));
  // What one may do is the project's setting, and of no job: so no step that installs anything has it.
  const withToken = all.filter(({ env = {} }) => Object.values(env).includes("$(System.AccessToken)"));
  const takers = name === "preview" ? ["Fetch the pull request", name] : [name, "tell"];
  expect(withToken.map(({ displayName }) => displayName)).toEqual(takers);
});

test("the authority of each cloud is that cloud's", () => {
  for (const { cloud = "" } of stacks)
    expect(defaultOf("authorities")[cloud]).toBe(clouds[cloud as CloudName].authority);
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
  expect(textOf(join(pipelineFolder, "install.yml"))).toContain(`VERSION: ${engineVersions.pulumi}\n`);
});
