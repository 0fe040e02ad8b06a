/* eslint-disable no-template-curly-in-string -- a shell's */
/** The template's pipeline, and the jobs that it extends, are of one piece with the workflows. No organization of Azure DevOps was asked. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
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
const text = everything.map((file) => readFileSync(file, "utf8")).join("\n");
const { parameters } = parse(readFileSync(join(repositoryFolder, jobsTemplate), "utf8")) as {
  parameters: { name: string; default?: Record<string, object> }[];
};
const declared = parameters.find(({ name }) => name === "jobs")?.default ?? {};
const jobs = Object.keys(declared);

test("they hold no secret, keep no credential of a checkout, and take tasks of a major version and the engine of this repository's tests", () => {
  expect(text.match(/client_?secret|servicePrincipalKey|password/giu)).toBeNull();
  expect(text.match(/checkout:/gu)).toHaveLength(
    (text.match(/checkout: self\n +persistCredentials: false/gu) ?? []).length,
  );
  expect(new Set(text.match(/(?<=task: ).+/gu))).toEqual(new Set(["AzureCLI@2", "UseNode@1"]));
  expect(text.match(/(?<=VERSION: ).+/gu)).toEqual([engineVersions.pulumi]);
  // The preview's too: a pull request's own pipeline is its author's.
  const ofMain = "and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))";
  expect(text.match(/(?<=condition: )and.+/gu)).toEqual([ofMain]);
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
  expect(declared[name]).toEqual({
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
  // Of overdue runs Azure Pipelines keeps only the newest, unless it must wait.
  expect({ trigger, pr, lockBehavior }).toEqual({
    ...{ trigger: { branches: { include: ["main"] } }, pr: "none", lockBehavior: "sequential" },
  });
  // The required template of a service connection refuses a pipeline that only includes it.
  expect(extended.template).toBe(`${jobsTemplate}@jobs`);
  const [, name = "", version = ""] = /^([\w-]+\/[\w-]+)\/.*@(v.*)$/u.exec(workflow.jobs["up"]?.uses ?? "") ?? [];
  const jobsOfVersion = { repository: "jobs", type: "github", endpoint: "github", name, ref: `refs/tags/${version}` };
  expect(resources?.repositories).toEqual([jobsOfVersion]);
  const started = (...[run]: Parameters<typeof jobsOf>) => jobsOf(run, stacks).map(({ displayName }) => displayName);
  const names = (job: string) => stacks.map(({ stack = "" }) => `${job} ${stack}`);
  expect(started({}, stacks)).toEqual(names("up"));
  expect(started({ schedule: "renew" }, stacks)).toEqual(names("renew"));
  expect(started({ parameters: { job: "preview", pullRequest: 7 } }, stacks)).toEqual(names("preview"));
});

/** A secret, by the steps that have it in their environment. */
const stepsWith = (job: Job | undefined, secret: string) =>
  (job?.strategy?.runOnce.deploy.steps ?? []).flatMap(({ displayName = "", env = {} }) =>
    Object.values(env).includes(secret) ? [displayName] : [],
  );

test.each(jobs)(
  "%s: what one job of a stack may do has the step of its command alone, the webhook where it posts",
  (name) => {
    const [own, ...others] = jobsOf({ schedule: name }, [{ stack: "a-b", cloud: "AzureCloud" }]);
    expect([own?.deployment, own?.variables, others]).toEqual([`${name}_a_b`, [], []]);
    const fetching = name === "preview" ? ["Fetch the pull request"] : [];
    expect(stepsWith(own, "$(System.AccessToken)")).toEqual([...fetching, name]);
    expect(stepsWith(own, "$(NOTIFY_WEBHOOK)")).toEqual([]);
    const rows = [{ stack: "a", cloud: "AzureCloud" }];
    const given = { job: name, notify: true, stacks: rows };
    const [posting] = expandFile(join(repositoryFolder, jobsTemplate), given)["jobs"] as Job[];
    const posts = ["customers", "drift", "probe"].includes(name);
    expect(posting?.variables).toEqual(posts ? [{ group: "tell" }] : []);
    expect(stepsWith(posting, "$(NOTIFY_WEBHOOK)")).toEqual(posts ? [name] : []);
  },
);

describe("what a job tests before its command runs", () => {
  const guid = "6f0f3a8e-1111-4222-8333-0c3f0a6f6b51";
  const ids = { servicePrincipalId: guid, tenantId: guid, idToken: "i", serviceConnectionId: "c" };
  const row = { stack: "a", cloud: "AzureCloud", PULUMI_BACKEND_URL: "s3://ours", VAULT_URI: "https://ours.example" };
  const folder = temporaryFolder();
  const installsAnEcho = `#!/bin/sh
mkdir -p node_modules/.bin
echo 'echo "\$AZURE_AUTHORITY_HOST \$PULUMI_BACKEND_URL\$SECURE_APP_MODEL_VAULT"' > node_modules/.bin/secure-app-model
chmod +x node_modules/.bin/secure-app-model
`;
  /** What a job with the engine, or without it, comes to; npm and the command are stand-ins. */
  const run = async (schedule: string, of: Partial<typeof row> = {}, connection = ids) => {
    const [checkout, npm] = [join(folder, "checkout"), join(folder, "npm")];
    mkdirSync(checkout, { recursive: true });
    writeFileSync(npm, installsAnEcho, { mode: 0o755 });
    const { code, text } = await runPipeline({
      ...{ schedule, accessToken: "a", subscriptionId: guid, row: { ...row, ...of }, connection },
      ...{ checkout, folder: join(folder, "agent"), installs: true },
      environment: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    });
    return [code, text];
  };
  const refusal = (what: string) => [1, `##vso[task.logissue type=error]${what}\n`];

  test.each(["servicePrincipalId", "tenantId"] as const)("a connection's %s is an id", async (one) => {
    const name = one === "tenantId" ? "ARM_TENANT_ID" : "ARM_CLIENT_ID";
    const what = `${name} has not the form that this job takes (docs/ci.md, section 2).`;
    expect(await run("renew", {}, { ...ids, [one]: "common" })).toEqual(refusal(what));
  });

  test("the reviewed row has the job's address, which comes as far as the command; none takes a group for it", async () => {
    for (const { cloud = "" } of stacks) {
      const { authority } = clouds[cloud as CloudName];
      expect([await run("drift", { cloud }), await run("renew", { cloud })]).toEqual([
        [0, `${authority} ${row.PULUMI_BACKEND_URL}\n`],
        [0, `${authority} ${row.VAULT_URI}\n`],
      ]);
    }
    const what = "The row of stack a has no such address (docs/ci.md, Azure Pipelines).";
    expect([await run("drift", { PULUMI_BACKEND_URL: "" }), await run("renew", { VAULT_URI: "" })]).toEqual([
      refusal(what),
      refusal(what),
    ]);
  });
});
