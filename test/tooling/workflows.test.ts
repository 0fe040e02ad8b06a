/* eslint-disable no-template-curly-in-string -- expressions of GitHub's workflows */
/** The guarantees of the workflow files, and of the template's, which calls them: docs/ci.md describes them, and users rely on them. */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { guardedOf } from "../../lib/ci-identities/environments";
import { blobDomains } from "../../lib/ci-identities/state";
import { toldStep } from "../../cli/report-jobs/job";
import { clouds, type CloudName } from "../../lib/config/clouds";
import { engineVersions } from "../../tools/embedded-cloud/engine/versions";
import { findOrBuildActionlint } from "../support/actionlint/actionlint";
import { tenSteps } from "../support/ten-steps";
import { holds } from "../support/github/expressions";
import {
  isOwn,
  jobOf,
  readAction,
  readWorkflow,
  repositoryFolder,
  stacks,
  templateFolder,
  workflowFolder,
} from "../support/github/workflow";

const files = readdirSync(workflowFolder).sort();
const callerFile = join(templateFolder, ".github", "workflows", "partner.yml");
const caller = readWorkflow(callerFile);
const setUp = "$/.github/actions/set-up";
const attachPage = "$/.github/actions/attach-page";
/** Rules for every file apply to the actions, too. */
const actions = [setUp, attachPage];
const filesAndActions = [...files, ...actions];
const text = (file: string): string =>
  readFileSync(isOwn(file) ? join(repositoryFolder, file.slice(2), "action.yml") : join(workflowFolder, file), "utf8");
const stepsOf = (file: string) =>
  actions.includes(file)
    ? readAction(file).runs.steps
    : Object.values(readWorkflow(file).jobs).flatMap(({ steps }) => steps);

test("these workflows are there", () => {
  expect(files).toEqual([
    "ci.yml",
    "customers.yml",
    "drift.yml",
    "preview.yml",
    "probe.yml",
    "release.yml",
    "renew.yml",
    "rotate.yml",
    "stacks.yml",
    "tell.yml",
    "up.yml",
  ]);
});

test("actionlint, which is built once and finds faults, finds nothing to say", async () => {
  // This version does not know GitHub's form of a name for what is in the same repository, nor what a called workflow returns that is named so.
  const unknown = [
    '^(?:specifying action|reusable workflow call) "\\$/',
    'property "outputs" is not defined in object type {}',
    // Its keys are checked below.
    '^unexpected key "queue" for "concurrency" section\\. expected one of "cancel-in-progress", "group"$',
  ];
  const ignored = unknown.flatMap((message) => ["-ignore", message]);
  const lint = async (...argv: string[]) =>
    promisify(execFile)(await findOrBuildActionlint(), ["-no-color", ...ignored, ...argv]);
  const found = await lint(...files.map((file) => join(workflowFolder, file)), callerFile);
  expect(found).toEqual({ stdout: "", stderr: "" });
  const folder = mkdtempSync(join(tmpdir(), "faulty-"));
  const faulty =
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n";
  writeFileSync(join(folder, "x.yml"), faulty);
  // Without Go.
  const path = process.env["PATH"];
  process.env["PATH"] = "";
  try {
    const stdout = expect.stringContaining("untrusted") as string;
    await expect(lint(join(folder, "x.yml"))).rejects.toMatchObject({ code: 1, stdout });
  } finally {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  }
});

/** Commits of the releases' tags, as the actions' repositories have them. */
const pinned = [
  "actions/attest-build-provenance@a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32 # v4.1.0",
  "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
  "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
  "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
  "pulumi/actions@8e5e406f4007fca908480587cb9893c07090f58d # v7.0.0",
];

const own = [...actions, "$/.github/workflows/stacks.yml"];

test.each(filesAndActions)("%s uses actions by full commit hash, and no other than these and its own", (file) => {
  const used = [...text(file).matchAll(/uses: (.+)/gu)].map(([, action = ""]) => action);
  expect(used.filter((action) => ![...pinned, ...own].includes(action))).toEqual([]);
});

test.each(filesAndActions)(
  "%s holds no secret and asks for none but the job's own token, and whoever posts for the webhook",
  (file) => {
    const asked = text(file).match(/secrets(?:\.\w+|\[)|client_secret|CLIENT_SECRET/giu) ?? [];
    expect(asked).toEqual(["customers.yml", "probe.yml", "tell.yml"].includes(file) ? ["secrets.NOTIFY_WEBHOOK"] : []);
  },
);

test.each(filesAndActions)("%s puts no value into a script: what a run: block needs comes as a variable", (file) => {
  for (const { run = "" } of stepsOf(file)) expect(run).not.toContain("${{");
});

const read = { contents: "read" };
const signsIn = { ...read, "id-token": "write" };
/** By file: the permissions of each job's token; all others are removed. */
const permissions: Record<string, Record<string, Record<string, string>>> = {
  "ci.yml": { gate: read, elsewhere: read },
  "customers.yml": { stacks: read, customers: { ...signsIn, issues: "write" } },
  "drift.yml": { stacks: read, drift: { ...signsIn, issues: "write" } },
  "preview.yml": { stacks: read, preview: { ...signsIn, "pull-requests": "write" } },
  "probe.yml": { stacks: read, probe: { ...signsIn, issues: "write" } },
  "release.yml": { build: read, release: { contents: "write", "id-token": "write", attestations: "write" } },
  "renew.yml": { stacks: read, renew: signsIn },
  "rotate.yml": { stacks: read, rotate: signsIn },
  "stacks.yml": { read },
  "tell.yml": { tell: { ...read, actions: "read", issues: "write" } },
  "up.yml": { stacks: read, up: signsIn },
};
test.each(files)("%s has these permissions, and checkouts that keep none", (file) => {
  const { permissions: all, jobs } = readWorkflow(file);
  const each = Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.permissions]));
  expect({ all, each }).toEqual({ all: {}, each: permissions[file] });
  const checkouts = stepsOf(file).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  // A release looks for its commit in the default branch.
  const depth = file === "release.yml" ? { "fetch-depth": 0 } : {};
  expect(checkouts.length).toBeGreaterThan(0);
  for (const step of checkouts) expect(step.with).toEqual({ "persist-credentials": false, ...depth });
});

/** What GitHub requires of whoever calls a workflow, whether a job of it is skipped or not; of two levels the higher one. */
const askedBy = (file: string): Record<string, string> => {
  const all = Object.values(readWorkflow(file).jobs).flatMap((job) => Object.entries(job.permissions));
  return Object.fromEntries(all.sort(([, one], [, other]) => (one < other ? -1 : 1)));
};

test.each([...files, relative(workflowFolder, callerFile)])(
  "%s gives each workflow that it calls as much as that asks for, and no more",
  (file) => {
    for (const { uses, permissions: given } of Object.values(readWorkflow(file).jobs)) {
      const [, called] = /\/workflows\/(.+\.yml)/u.exec(uses ?? "") ?? [];
      if (called !== undefined) expect([called, given]).toEqual([called, askedBy(called)]);
    }
  },
);

/**
 * By file: when the template's workflow calls it, whose identity of the stack it takes, and with which it waits its turn; the others' jobs are of main,
 * and one of a group and stack at a time.
 */
const ofMain: Record<string, { cron?: string; identity: string; group: string }> = {
  "customers.yml": { cron: "43 6 * * *", identity: "-renew", group: "vault" },
  "drift.yml": { cron: "23 4,16 * * *", identity: "-read", group: "engine" },
  "probe.yml": { cron: "17 5 * * *", identity: "-renew", group: "vault" },
  "renew.yml": { cron: "41 3 * * 2", identity: "-renew", group: "vault" },
  "rotate.yml": { cron: "11 2 * * *", identity: "-rotate", group: "engine" },
  "up.yml": { identity: "", group: "up" },
};
const rules: Record<string, unknown> = {
  ...Object.fromEntries(
    Object.entries(ofMain).map(([file, { identity, group }]) => [
      file,
      [
        "vars.DEPLOYMENTS == 'on' && github.ref == 'refs/heads/main'",
        `\${{ matrix.stack }}${identity}`,
        // Of several deployments of main that wait, the newest has the others' changes.
        {
          ...{ group: `${group}-\${{ matrix.stack }}`, "cancel-in-progress": false },
          ...(group !== "up" && { queue: "max" }),
        },
      ],
    ]),
  ),
  "preview.yml": [
    "vars.DEPLOYMENTS == 'on' && github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]'",
    "${{ matrix.stack }}-preview",
    { group: "preview-${{ matrix.stack }}-${{ github.event.pull_request.number }}", "cancel-in-progress": true },
  ],
};
const deploying = Object.keys(rules).sort();

test.each(deploying)("%s runs for whom it should, one run a stack at a time", (file) => {
  const workflow = readWorkflow(file);
  const { environment, concurrency } = jobOf(workflow);
  expect([workflow.jobs["stacks"]?.if, environment, concurrency]).toEqual(rules[file]);
});

test.each(files)("%s: a job waits its turn as GitHub knows it, and none that waits is ended in silence", (file) => {
  for (const { concurrency } of Object.values(readWorkflow(file).jobs)) {
    if (concurrency === undefined) continue;
    const { group, "cancel-in-progress": cancels, ...others } = concurrency;
    // GitHub takes no queue beside cancel-in-progress; the newest deployment of main has all, and a release's group is its tag's alone.
    const queue = cancels || /^(?:up|release)-/u.test(group) ? {} : { queue: "max" };
    expect([file, others]).toEqual([file, queue]);
  }
});

describe("the template's workflow", () => {
  const { version, repository } = JSON.parse(readFileSync(join(repositoryFolder, "package.json"), "utf8")) as {
    version: string;
    repository: string;
  };
  const called = Object.entries(caller.jobs).map(([name, { uses = "" }]) => [name, uses]);

  test("calls these of this repository, in this version", () => {
    const place = `${repository.replace("github:", "")}/.github/workflows`;
    expect(called).toEqual(
      ["preview", "up", "rotate", "renew", "drift", "probe", "customers", "tell"].map((name) => [
        name,
        `${place}/${name}.yml@v${version}`,
      ]),
    );
    // Where the page takes the template from.
    const [first] = tenSteps();
    expect(first?.[0]).toContain(
      `pulumi new https://github.com/${repository.replace("github:", "")}/templates/partner `,
    );
  });

  test("starts by itself, and calls for each event one of them, and the one that tells", () => {
    const crons = Object.values(ofMain).flatMap(({ cron }) => cron ?? []);
    const {
      schedule,
      workflow_dispatch: byHand,
      ...others
    } = caller.on as {
      schedule: { cron: string }[];
      workflow_dispatch: { inputs: { job: { options: string[] } } };
    };
    expect([
      schedule.map(({ cron }) => cron).sort(),
      byHand.inputs.job.options.map((job) => `${job}.yml`),
      others,
    ]).toEqual([
      crons.sort(),
      Object.keys(ofMain),
      { push: { branches: ["main"] }, pull_request_target: { branches: ["main"] } },
    ]);
    const callsFor = (event_name: string, cron = "", job = "") => {
      const contexts = { github: { event_name, event: { schedule: cron } }, inputs: { job } };
      const all = Object.entries(caller.jobs).filter(([, one]) => holds(one.if, "success", contexts));
      return all.map(([name]) => `${name}.yml`);
    };
    for (const [file, { cron }] of Object.entries(ofMain)) {
      expect(callsFor(cron === undefined ? "push" : "schedule", cron)).toEqual([file, "tell.yml"]);
      expect(callsFor("workflow_dispatch", "", file.replace(".yml", ""))).toEqual([file, "tell.yml"]);
    }
    expect(callsFor("pull_request_target")).toEqual(["preview.yml"]);
    expect(caller.jobs["tell"]?.needs).toEqual(called.slice(1, -1).map(([name]) => name));
  });

  test("gives its jobs no permission in common, and each no secret but the webhook that it asks for", () => {
    expect(caller.permissions).toEqual({});
    for (const [name, { secrets }] of Object.entries(caller.jobs)) {
      const { workflow_call: asked } = readWorkflow(`${name}.yml`).on as { workflow_call: { secrets?: object } | null };
      const given = Object.keys(asked?.secrets ?? {}).map((secret) => [secret, `\${{ secrets.${secret} }}`]);
      expect([name, secrets ?? {}]).toEqual([name, Object.fromEntries(given)]);
    }
  });
});

test.each(deploying)("%s has a job a stack of the one file, and where its first job is skipped none at all", (file) => {
  const { jobs } = readWorkflow(file);
  const { stacks: first, ...others } = jobs;
  expect(first?.uses).toBe("$/.github/workflows/stacks.yml");
  expect(Object.values(others).map(({ if: own, needs, strategy }) => ({ own, needs, strategy }))).toEqual([
    {
      own: undefined,
      needs: "stacks",
      strategy: { "fail-fast": false, matrix: { include: "${{ fromJSON(needs.stacks.outputs.rows) }}" } },
    },
  ]);
  expect(text(file)).not.toMatch(/global|usgov|Azure(?:Cloud|USGovernment)/u);
});

test("no script of a package runs for a deployment or a release, and no development package is beside an identity", () => {
  const installs = filesAndActions.flatMap((file) =>
    stepsOf(file).flatMap(({ run = "" }) => (run.includes("npm ci") ? [[file, run]] : [])),
  );
  expect(installs).toEqual([
    ["ci.yml", "npm ci"],
    ["ci.yml", "npm ci"],
    ["release.yml", "npm ci --ignore-scripts"],
    ["tell.yml", "npm ci --omit=dev --ignore-scripts"],
    [setUp, "npm ci --omit=dev --ignore-scripts"],
  ]);
  for (const file of deploying) {
    const signing = Object.values(readWorkflow(file).jobs).filter((job) => "id-token" in job.permissions);
    const steps = signing.flatMap((job) => job.steps);
    expect([file, steps.filter(({ run = "" }) => /\bnpm\b|(?<!-)\bpulumi\b/u.test(run))]).toEqual([file, []]);
    expect(steps.map(({ uses }) => uses)).toContain(setUp);
  }
});

test.each(filesAndActions)("%s can run again, though its run has the artifact's name already", (file) => {
  const uploads = stepsOf(file).filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
  expect(uploads.filter((step) => step.with?.["overwrite"] !== true)).toEqual([]);
});

test("no workflow that a pull request can change signs in, and the one that runs for it checks out nothing of it", () => {
  for (const file of files) {
    const { on, jobs } = readWorkflow(file);
    const signing = Object.values(jobs).filter(({ permissions: all }) => "id-token" in all);
    if ("pull_request" in on) expect([file, signing]).toEqual([file, []]);
  }
  expect(files.filter((file) => "pull_request_target" in readWorkflow(file).on)).toEqual([]);
  const checkouts = stepsOf("preview.yml").filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkouts.map((step) => step.with)).toEqual([{ "persist-credentials": false }]);
});

test("tell.yml tells who has to know, on main, and no identity trusts it", () => {
  const { tell } = readWorkflow("tell.yml").jobs;
  expect(tell).toMatchObject({
    if: "vars.DEPLOYMENTS == 'on' && github.ref == 'refs/heads/main'",
    concurrency: {
      ...{ group: "tell-${{ github.event.schedule || github.event_name }}", "cancel-in-progress": false },
      queue: "max",
    },
  });
  expect(tell?.permissions).not.toHaveProperty("id-token");
});

test("the webhook is a secret of environments that admit main alone: of the repository, a workflow of any branch would read it", () => {
  const reading = files.filter((file) => text(file).includes("secrets."));
  const environments = reading.map((file) => [
    file,
    ...Object.values(readWorkflow(file).jobs).map((job) => job.environment),
  ]);
  expect(environments).toEqual([
    ["customers.yml", undefined, "${{ matrix.stack }}-renew"],
    ["probe.yml", undefined, "${{ matrix.stack }}-renew"],
    ["tell.yml", "tell"],
  ]);
  const guarded = guardedOf([{ stack: "global", needs: { calendar: false } }]).map(({ name }) => name);
  expect(guarded).toEqual(expect.arrayContaining(["global-renew", "tell"]));
  // The command that a person runs for each.
  const set = readFileSync(join(repositoryFolder, "docs", "ci.md"), "utf8").match(/gh secret set [^`&]*/gu) ?? [];
  expect(set.map((line) => line.trim())).toEqual(
    ["tell", "global-renew"].map((name) => `gh secret set NOTIFY_WEBHOOK --env ${name}`),
  );
});

test.each(["customers.yml", "drift.yml", "probe.yml"])(
  "%s marks what its own issue says, so that tell.yml does not say it again",
  (file) => {
    const { steps } = jobOf(readWorkflow(file));
    const [look, told] = steps.filter(({ uses }) => uses !== attachPage).slice(-2);
    expect(look).toMatchObject({ id: "look", run: expect.stringContaining("--issue") as string });
    expect(told).toEqual({ name: toldStep, if: "failure() && steps.look.outputs.told", run: "true" });
  },
);

test.each(["drift.yml", "probe.yml", "renew.yml", "rotate.yml"])(
  "%s attaches the page at its end, whatever it came to",
  (file) => {
    expect(jobOf(readWorkflow(file)).steps.at(-1)).toEqual({ if: "always()", uses: attachPage });
  },
);

test("where tell.yml itself fails it opens one issue without the command, and no second one", () => {
  const { if: condition, run = "", env = {} } = jobOf(readWorkflow("tell.yml")).steps.at(-1) ?? {};
  expect(condition).toBe("failure()");
  const folder = mkdtempSync(join(tmpdir(), "tell-"));
  try {
    const log = join(folder, "log");
    const gh = '#!/bin/sh\nif [ "$1" = issue ]; then echo "$OPEN"; else printf "%s\\n" "$@" > "$LOG"; fi\n';
    writeFileSync(join(folder, "gh"), gh, { mode: 0o755 });
    const environment = {
      ...env,
      GH_REPO: "contoso/partner",
      LOG: log,
      PATH: `${folder}:${process.env["PATH"] ?? ""}`,
    };
    const tell = (open: string) =>
      execFileSync("bash", ["-eo", "pipefail", "-c", run], { env: { ...environment, OPEN: open } });
    tell("1");
    expect(existsSync(log)).toBe(false);
    tell("0");
    expect(readFileSync(log, "utf8").split("\n--field\n")).toEqual([
      "api\nrepos/contoso/partner/issues\n--silent",
      "title=Tell: the job tell has failed",
      expect.stringMatching(/^body=<!-- secure-app-model failure of job "Tell: tell", findings 0{16} -->\n/u),
      "labels[]=failure\n",
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe.each(stacks)("whoever may write to the repository sets a variable of $stack", (row) => {
  const cloud = row["cloud"] as CloudName;
  const { tokenExchangeAudience, authority, vaultSuffix } = clouds[cloud];
  const blobs = blobDomains[cloud];
  const { name, run } = readAction(setUp).runs.steps.at(-1) ?? {};
  const guid = "6f0f3a8e-1111-4222-8333-0c3f0a6f6b51";
  const [backend, vault] = ["azblob://pulumi?storage_account=contoso", `https://contoso-tokens.${vaultSuffix}`];
  const usual = {
    ...{ AZURE_CLIENT_ID: guid, AZURE_TENANT_ID: guid, AZURE_SUBSCRIPTION_ID: guid },
    ...{ PULUMI_BACKEND_URL: backend, VAULT_URI: vault },
  };
  /** What the action's last step does, with what it hands to the job. */
  const set = (variables: Record<string, string>, of = row) => {
    const folder = mkdtempSync(join(tmpdir(), "variables-"));
    try {
      const file = join(folder, "env");
      const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run ?? ""], {
        encoding: "utf8",
        env: {
          ...{ PATH: process.env["PATH"], GITHUB_ENV: file, RUNNER_TEMP: folder },
          ...{
            ROW: JSON.stringify(of),
            VARIABLES: JSON.stringify(variables),
            ACTIONS_ID_TOKEN_REQUEST_URL: "https://x",
          },
        },
      });
      return { status, stderr, lines: readFileSync(file, "utf8").split("\n") };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test("what ci set-up sets is taken, and what is not set stays so", () => {
    expect(name).toBe("Name the stack and who signs in");
    const { status, lines } = set(usual);
    expect([status, lines]).toEqual([
      0,
      expect.arrayContaining([
        `PULUMI_BACKEND_URL=${backend}`,
        `SECURE_APP_MODEL_VAULT=${vault}`,
        `ARM_TENANT_ID=${guid}`,
        `AZURE_AUTHORITY_HOST=${authority}`,
        `ARM_OIDC_AUDIENCE=${tokenExchangeAudience}`,
        `ARM_OIDC_REQUEST_URL=https://x&audience=${tokenExchangeAudience}`,
      ]),
    ]);
    expect(set({ ...usual, VAULT_URI: `${vault}/`, PULUMI_BACKEND_URL: `${backend}&domain=${blobs}` })).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(set({}).lines.filter((line) => /^(?:PULUMI|ARM_.*_ID|SECURE_APP_MODEL_VAULT)/u.test(line))).toEqual([]);
  });

  test.each<[string, string]>([
    ...Object.entries(usual).flatMap(([one, value]): [string, string][] => [
      [one, `${value}\nBASH_ENV=$(id)`],
      [one, `BASH_ENV=$(id)\n${value}`],
      [one, `${value}\n`],
      [one, ""],
    ]),
    ["AZURE_TENANT_ID", "common"],
    ["PULUMI_BACKEND_URL", `${backend}&domain=attacker.example`],
    ["PULUMI_BACKEND_URL", `${backend}&domain=${blobs}.attacker.example`],
    ["PULUMI_BACKEND_URL", `${backend}&domain=${blobs.replaceAll(".", "x")}`],
    ["PULUMI_BACKEND_URL", `${backend}&domain=${blobs}&protocol=http`],
    ["PULUMI_BACKEND_URL", `${backend}&localemu=true`],
    ["PULUMI_BACKEND_URL", "azblob://pulumi?storage_account=attacker.example/"],
    ["PULUMI_BACKEND_URL", "azblob://pulumi"],
    ["PULUMI_BACKEND_URL", "file:///tmp"],
    ["PULUMI_BACKEND_URL", "https://attacker.example"],
    ["VAULT_URI", "https://attacker.example/"],
    ["VAULT_URI", `https://attacker.example/${vault}`],
    ["VAULT_URI", `${vault}.attacker.example`],
    ["VAULT_URI", vault.replace("https", "http")],
  ])("%s %j: the job ends, and says which, without its value", (one, value) => {
    const said = `::error::The variable ${one} has not the form that this job takes (docs/ci.md, section 2).\n`;
    expect(set({ ...usual, [one]: value })).toEqual({ status: 1, stderr: said, lines: [""] });
  });

  test.each<[string, Record<string, string>]>([
    ...["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"].map((one): [string, Record<string, string>] => [
      `The variable ${one}`,
      { [one]: guid },
    ]),
    ["The row's AZURE_CLIENT_ID", { AZURE_CLIENT_ID: "common" }],
    ["The line STACK", { stack: "global\nBASH_ENV=$(id)" }],
    ["The line AZURE_AUTHORITY_HOST", { authority: `${authority}\nBASH_ENV=$(id)` }],
    ["The line PULUMI_BACKEND_URL", { PULUMI_BACKEND_URL: `${backend}\nBASH_ENV=$(id)` }],
    ["The line SECURE_APP_MODEL_VAULT", { VAULT_URI: `${vault}\nBASH_ENV=$(id)` }],
  ])("%s, whatever its row says: %j: the job ends, before any line is written", (which, changes) => {
    const [, one = ""] = /^The variable (.*)$/u.exec(which) ?? [];
    const variables = { ...usual, ...(one !== "" && { [one]: `${guid}\nBASH_ENV=$(id)` }) };
    const said = `::error::${which} has not the form that this job takes (docs/ci.md, section 2).\n`;
    expect(set(variables, { ...row, ...changes })).toEqual({ status: 1, stderr: said, lines: [""] });
  });

  test("what its row says comes first, so that only a pull request can move it", () => {
    const pinned = { PULUMI_BACKEND_URL: "azblob://pulumi?storage_account=ours", VAULT_URI: "https://ours.example" };
    const { status, lines } = set(
      { ...usual, PULUMI_BACKEND_URL: "azblob://pulumi?storage_account=theirs" },
      { ...row, ...pinned },
    );
    expect([status, lines]).toEqual([
      0,
      expect.arrayContaining([
        `PULUMI_BACKEND_URL=${pinned.PULUMI_BACKEND_URL}`,
        `SECURE_APP_MODEL_VAULT=${pinned.VAULT_URI}`,
      ]),
    ]);
  });
});

test("the engine they install is the one this repository is tested with", () => {
  const versions = readAction(setUp)
    .runs.steps.filter(({ uses }) => uses?.startsWith("pulumi/actions@"))
    .map((step) => step.with?.["pulumi-version"]);
  expect(versions).toEqual([engineVersions.pulumi]);
});
