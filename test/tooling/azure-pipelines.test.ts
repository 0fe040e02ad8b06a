/* eslint-disable no-template-curly-in-string -- a shell's */
/** The template's pipeline, and the jobs that it extends, are of one piece with the workflows. No organization of Azure DevOps was asked. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { clouds, type CloudName } from "../../lib/config/clouds";
import { engineVersions } from "../../embedded-cloud/engine/versions";
import {
  type Job,
  jobsOf,
  jobsTemplate,
  pipelineFile,
  pipelineFolder,
  readPipeline,
  runPipeline,
} from "../support/azure-devops/pipeline";
import { hostileAddresses, longerAddresses, usualAddresses } from "../support/job-addresses";
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
    expect([own?.deployment, own?.variables, others]).toEqual([`${name}_a_b`, [{ group: "a-b" }], []]);
    const fetching = name === "preview" ? ["Fetch the pull request"] : [];
    expect(stepsWith(own, "$(System.AccessToken)")).toEqual([...fetching, name]);
    expect(stepsWith(own, "$(NOTIFY_WEBHOOK)")).toEqual([]);
    const [posting] = jobsOf({ schedule: name, notify: true }, [{ stack: "a", cloud: "AzureCloud" }]);
    const posts = ["customers", "drift", "probe"].includes(name);
    expect(posting?.variables).toEqual([{ group: "a" }, ...(posts ? [{ group: "tell" }] : [])]);
    expect(stepsWith(posting, "$(NOTIFY_WEBHOOK)")).toEqual(posts ? [name] : []);
  },
);

describe.each(stacks)("whoever may write a variable group sets a variable of $stack", (row) => {
  const cloud = row["cloud"] as CloudName;
  const usual = { ...usualAddresses(cloud) };
  const guid = "6f0f3a8e-1111-4222-8333-0c3f0a6f6b51";
  const ids = { servicePrincipalId: guid, tenantId: guid, idToken: "i", serviceConnectionId: "c" };
  const folder = temporaryFolder();
  const installsAnEcho = `#!/bin/sh
mkdir -p node_modules/.bin
echo 'echo "\$AZURE_AUTHORITY_HOST \$PULUMI_BACKEND_URL\$SECURE_APP_MODEL_VAULT"' > node_modules/.bin/secure-app-model
chmod +x node_modules/.bin/secure-app-model
`;
  /** What a job with the engine, or without it, comes to; npm and the command are stand-ins. */
  const run = async (schedule: "drift" | "renew", group: Record<string, string>, of = row, connection = ids) => {
    const groups = jobsOf({ schedule }, [of]).flatMap(({ variables = [] }) => variables);
    const [checkout, npm] = [join(folder, "checkout"), join(folder, "npm")];
    mkdirSync(checkout, { recursive: true });
    writeFileSync(npm, installsAnEcho, { mode: 0o755 });
    const { code, text } = await runPipeline({
      ...{ schedule, accessToken: "a", subscriptionId: guid, row: of, connection },
      ...{ group: groups.length === 0 ? {} : group, checkout, folder: join(folder, "agent"), installs: true },
      environment: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    });
    return { code, text };
  };
  const refusal = (name: string) => ({
    code: 1,
    text: `##vso[task.logissue type=error]${name} has not the form that this job takes (docs/ci.md, section 2).\n`,
  });

  test.each(hostileAddresses(cloud))("%s %j: the job ends, and says which, without its value", async (name, value) => {
    const [job, taken] =
      name === "VAULT_URI" ? (["renew", "SECURE_APP_MODEL_VAULT"] as const) : (["drift", name] as const);
    expect(await run(job, { ...usual, [name]: value })).toEqual(refusal(taken));
  });

  test.each(["servicePrincipalId", "tenantId"] as const)("nor is a connection's %s anything but an id", async (one) => {
    const name = one === "tenantId" ? "ARM_TENANT_ID" : "ARM_CLIENT_ID";
    expect(await run("renew", usual, row, { ...ids, [one]: "common" })).toEqual(refusal(name));
  });

  test("what has the form comes as far as the command, and so does what the row says, which takes no group", async () => {
    const reviewed = { PULUMI_BACKEND_URL: "s3://ours", VAULT_URI: "https://ours.example" };
    const longer = { ...longerAddresses(cloud) };
    const { authority } = clouds[cloud];
    for (const [given, group, of] of [
      [usual, usual, row],
      [longer, longer, row],
      [reviewed, { ...usual, BASH_ENV: "theirs" }, { ...row, ...reviewed }],
    ] as const) {
      expect(await run("drift", group, of)).toEqual({ code: 0, text: `${authority} ${given.PULUMI_BACKEND_URL}\n` });
      expect(await run("renew", group, of)).toEqual({ code: 0, text: `${authority} ${given.VAULT_URI}\n` });
    }
    expect(jobsOf({}, [{ ...row, ...reviewed }]).map(({ variables }) => variables)).toEqual([[]]);
  });
});
