/* eslint-disable no-template-curly-in-string -- a shell's */
/** The template's pipeline, and the jobs that it extends, are of one piece with the workflows. No organization of Azure DevOps was asked. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { blobDomains } from "../../lib/ci-identities/state";
import { clouds, type CloudName } from "../../lib/config/clouds";
import { engineVersions } from "../../tools/embedded-cloud/engine/versions";
import {
  type Job,
  jobsOf,
  jobsTemplate,
  pipelineFile,
  pipelineFolder,
  readPipeline,
  runPipeline,
} from "../support/azure-devops/pipeline";
import { expandFile } from "../support/azure-devops/template";
import { jobOf, readWorkflow, repositoryFolder, stacks, templateFolder } from "../support/github/workflow";
import { temporaryFolder } from "../support/temporary-folder";

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
    .replace(/ --notify| --pull-request "\$PULL_REQUEST"/gu, "")
    .replace(" --issue", " ${SECURE_APP_MODEL_WEBHOOK:+--notify}")
    .replace("$GITHUB_STEP_SUMMARY", "$SUMMARY")
    .replace("$RUNNER_TEMP/status-$STACK.html", "$AGENT_TEMPDIRECTORY/status.html");

test.each(jobs)("%s runs as the same identity as its workflow, the same command, as long", (name) => {
  const { environment = "", steps, "timeout-minutes": minutes } = jobOf(readWorkflow(`${name}.yml`));
  const command = steps.find(({ run = "" }) => /^(?:\[ .* \|\| )?node_modules/u.test(run))?.run;
  expect(defaultOf("jobs")[name]).toEqual({
    connection: environment.replace("${{ matrix.stack }}", ""),
    environment: name === "preview" ? "-preview" : "",
    engine: steps.some((step) => step.with?.["engine"] === true),
    minutes,
    posts: command?.includes("--issue"),
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
  const started = (...[run]: Parameters<typeof jobsOf>) => jobsOf(run, stacks).map(({ displayName }) => displayName);
  const names = (job: string) => stacks.map(({ stack = "" }) => `${job} ${stack}`);
  expect(started({}, stacks)).toEqual(names("up"));
  expect(started({ schedule: "renew" }, stacks)).toEqual(names("renew"));
  expect(started({ parameters: { job: "preview", pullRequest: 7 } }, stacks)).toEqual(names("preview"));
});

test("every job is of main, the preview's too: a pull request's own pipeline is its author's", () => {
  const conditions = [...template.matchAll(/condition: and\((.*)$/gmu)].map(([, one]) => one);
  expect(conditions).toEqual(["succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))"]);
});

test.each(jobs)("%s has one job a stack, with a service connection", (name) => {
  const [own, ...others] = jobsOf({ schedule: name }, [{ stack: "a-b", cloud: "AzureCloud" }]);
  expect([own?.deployment, own?.variables, others]).toEqual([`${name}_a_b`, [{ group: "a-b" }], []]);
  const steps = own?.strategy?.runOnce.deploy.steps ?? [];
  expect(steps.flatMap(({ task = [] }) => task)).toContain("AzureCLI@2");
  const npm = steps.flatMap(({ script = "" }) => (script.startsWith("npm") ? [script] : []));
  expect(npm).toEqual(["npm ci --omit=dev --ignore-scripts"]);
  // What one may do is the project's setting, and of no job: so no step that installs anything has it.
  const withToken = steps.filter(({ env = {} }) => Object.values(env).includes("$(System.AccessToken)"));
  expect(withToken.map(({ displayName }) => displayName)).toEqual(
    name === "preview" ? ["Fetch the pull request", name] : [name],
  );
});

test("where a project posts, the jobs that look get the webhook, in the step of their command alone; elsewhere none does", () => {
  const rows = [{ stack: "a", cloud: "AzureCloud" }];
  const posting = (notify: boolean) =>
    jobs.filter((job) => {
      const all = expandFile(join(repositoryFolder, jobsTemplate), { job, notify, stacks: rows })["jobs"] as Job[];
      const [{ variables = [], strategy } = {}] = all;
      const steps = strategy?.runOnce.deploy.steps ?? [];
      const given = steps.filter(({ env = {} }) => Object.values(env).includes("$(NOTIFY_WEBHOOK)"));
      const isIn = variables.some(({ group }) => group === "tell");
      expect([isIn, given.map(({ displayName }) => displayName)]).toEqual([isIn, isIn ? [job] : []]);
      return isIn;
    });
  expect([posting(true), posting(false)]).toEqual([["customers", "drift", "probe"], []]);
});

test("the authority of each cloud is that cloud's", () => {
  for (const { cloud = "" } of stacks)
    expect(defaultOf("clouds")[cloud]).toMatchObject({ authority: clouds[cloud as CloudName].authority });
});

describe.each(stacks)("whoever may write a variable group sets a variable of $stack", (row) => {
  const cloud = row["cloud"] as CloudName;
  const [backend, vault] = [
    "azblob://pulumi?storage_account=contoso",
    `https://contoso-tokens.${clouds[cloud].vaultSuffix}`,
  ];
  const usual = { PULUMI_BACKEND_URL: backend, VAULT_URI: vault };
  const guid = "6f0f3a8e-1111-4222-8333-0c3f0a6f6b51";
  const ids = { servicePrincipalId: guid, tenantId: guid, idToken: "i", serviceConnectionId: "c" };
  const folder = temporaryFolder();
  const installsAnEcho = `#!/bin/sh
mkdir -p node_modules/.bin
echo 'echo "\$PULUMI_BACKEND_URL\$SECURE_APP_MODEL_VAULT"' > node_modules/.bin/secure-app-model
chmod +x node_modules/.bin/secure-app-model
`;
  /** What a job with the engine, or without it, comes to; npm and the command are stand-ins. */
  const run = async (schedule: "drift" | "renew", group: Record<string, string>, of = row, connection = ids) => {
    const groups = jobsOf({ schedule }, [of]).flatMap(({ variables = [] }) => variables);
    const [checkout, npm] = [join(folder, "checkout"), join(folder, "npm")];
    mkdirSync(checkout, { recursive: true });
    writeFileSync(npm, installsAnEcho, { mode: 0o755 });
    const { code, text } = await runPipeline({
      ...{ schedule, ref: "refs/heads/main", accessToken: "a", subscriptionId: guid, row: of, connection },
      ...{ group: groups.length === 0 ? {} : group, checkout, folder: join(folder, "agent"), installs: true },
      environment: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    });
    return { code, text };
  };
  const refusal = (name: string) => ({
    code: 1,
    text: `##vso[task.logissue type=error]${name} has not the form that this job takes (docs/ci.md, section 2).\n`,
  });

  test.each<[keyof typeof usual, string]>([
    ["PULUMI_BACKEND_URL", `${backend}&domain=attacker.example`],
    ["PULUMI_BACKEND_URL", `${backend}\n`],
    ["PULUMI_BACKEND_URL", "https://attacker.example"],
    ["PULUMI_BACKEND_URL", ""],
    ["VAULT_URI", "https://attacker.example/"],
    ["VAULT_URI", `${vault}.attacker.example`],
    ["VAULT_URI", vault.replaceAll(".", "x")],
  ])("%s %j: the job ends, and says which, without its value", async (name, value) => {
    const [job, taken] =
      name === "VAULT_URI" ? (["renew", "SECURE_APP_MODEL_VAULT"] as const) : (["drift", name] as const);
    expect(await run(job, { ...usual, [name]: value })).toEqual(refusal(taken));
  });

  test.each(["servicePrincipalId", "tenantId"] as const)("nor is a connection's %s anything but an id", async (one) => {
    const name = one === "tenantId" ? "ARM_TENANT_ID" : "ARM_CLIENT_ID";
    expect(await run("renew", usual, row, { ...ids, [one]: "common" })).toEqual(refusal(name));
  });

  test("what has the form comes as far as the command, and so does what the row says, which takes no group", async () => {
    const longer = { PULUMI_BACKEND_URL: `${backend}&domain=${blobDomains[cloud]}`, VAULT_URI: `${vault}/` };
    const reviewed = { PULUMI_BACKEND_URL: "s3://ours", VAULT_URI: "https://ours.example" };
    for (const [given, group, of] of [
      [usual, usual, row],
      [longer, longer, row],
      [reviewed, { ...usual, BASH_ENV: "theirs" }, { ...row, ...reviewed }],
    ] as const) {
      expect(await run("drift", group, of)).toEqual({ code: 0, text: `${given.PULUMI_BACKEND_URL}\n` });
      expect(await run("renew", group, of)).toEqual({ code: 0, text: `${given.VAULT_URI}\n` });
    }
    const groups = jobsOf({}, [{ ...row, ...reviewed }]).map(({ variables }) => variables);
    expect(groups).toEqual([[]]);
  });
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
