/* eslint-disable no-template-curly-in-string -- expressions of GitHub's workflows */
/** The rules of the workflows, and of the template's, which calls them. test/e2e/ci.test.ts runs each job, and so has what it does. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { guardedOf } from "../../lib/ci-identities/environments";
import { toldStep } from "../../cli/report-jobs/job";
import { clouds, type CloudName } from "../../lib/config/clouds";
import { engineVersions } from "../../tools/embedded-cloud/engine/versions";
import { findOrBuildActionlint } from "../support/actionlint/actionlint";
import { brokenLines, hostileAddresses, longerAddresses, usualAddresses } from "../support/job-addresses";
import { tenSteps } from "../support/ten-steps";
import { temporaryFolder } from "../support/temporary-folder";
import { holds } from "../support/github/expressions";
import {
  isOwn,
  jobOf,
  readAction,
  readWorkflow,
  repositoryFolder,
  runScript,
  stacks,
  templateFolder,
  workflowFolder,
  type WorkflowJob,
} from "../support/github/workflow";

const folder = temporaryFolder();
const files = readdirSync(workflowFolder).sort();
const callerFile = join(templateFolder, ".github", "workflows", "partner.yml");
const caller = readWorkflow(callerFile);
const canSignIn = ({ permissions }: WorkflowJob): boolean => "id-token" in permissions;
const setUp = "$/.github/actions/set-up";
const attachPage = "$/.github/actions/attach-page";
const stacksFile = "$/.github/workflows/stacks.yml";
const actions = [setUp, attachPage];
const text = (file: string): string =>
  readFileSync(isOwn(file) ? join(repositoryFolder, file.slice(2), "action.yml") : join(workflowFolder, file), "utf8");
const stepsOf = (file: string) =>
  actions.includes(file)
    ? readAction(file).runs.steps
    : Object.values(readWorkflow(file).jobs).flatMap(({ steps }) => steps);

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
  const faulty =
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n";
  writeFileSync(join(folder, "x.yml"), faulty);
  // Without Go.
  jest.replaceProperty(process, "env", { ...process.env, PATH: "" });
  try {
    const stdout = expect.stringContaining("untrusted") as string;
    await expect(lint(join(folder, "x.yml"))).rejects.toMatchObject({ code: 1, stdout });
  } finally {
    jest.restoreAllMocks();
  }
});

test.each([...files, ...actions])(
  "%s takes nothing that can be exchanged, and shows no script a value or a secret",
  (file) => {
    const used = [...text(file).matchAll(/uses: (.+)/gu)].map(([, action = ""]) => action);
    const pinned = /^(?:actions|pulumi)\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u;
    expect(used.filter((one) => !pinned.test(one) && ![...actions, stacksFile].includes(one))).toEqual([]);
    const secrets = text(file).match(/secrets(?:\.\w+|\[)|client_secret/giu) ?? [];
    expect(secrets).toEqual(
      ["customers.yml", "probe.yml", "tell.yml"].includes(file) ? ["secrets.NOTIFY_WEBHOOK"] : [],
    );
    const steps = stepsOf(file);
    expect(steps.filter(({ run = "" }) => run.includes("${{"))).toEqual([]);
    for (const { uses = "", with: given } of steps) {
      if (uses.startsWith("actions/checkout@")) expect(given).toMatchObject({ "persist-credentials": false });
      // A job that runs again is of the same run, which has the name already.
      if (uses.startsWith("actions/upload-artifact@")) expect(given).toMatchObject({ overwrite: true });
      if (uses.startsWith("pulumi/actions@")) expect(given).toEqual({ "pulumi-version": engineVersions.pulumi });
    }
  },
);

const onMain = "vars.DEPLOYMENTS == 'on' && github.ref == 'refs/heads/main'";
const ofAuthor =
  "vars.DEPLOYMENTS == 'on' && github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]'";
const read = { contents: "read" };
const signsIn = { ...read, "id-token": "write" };
/** All that wait stay. GitHub takes no queue beside cancel-in-progress. */
const all = (group: string) => ({ group, "cancel-in-progress": false, queue: "max" });
const newest = (group: string) => ({ group, "cancel-in-progress": false });
const cancelled = (group: string) => ({ group, "cancel-in-progress": true });
const eachStack = {
  needs: "stacks",
  strategy: { "fail-fast": false, matrix: { include: "${{ fromJSON(needs.stacks.outputs.rows) }}" } },
};
/** A job for each row of the stacks' file. @param environment its end, after the stack's name @param permissions beside those by which it signs in */
const ofStacks = (name: string, environment: string, concurrency: object, permissions = {}, condition = onMain) => ({
  stacks: { if: condition, uses: stacksFile, permissions: read },
  [name]: {
    ...eachStack,
    environment: `\${{ matrix.stack }}${environment}`,
    permissions: { ...signsIn, ...permissions },
    concurrency,
  },
});
const engine = all("engine-${{ matrix.stack }}");
const vault = all("vault-${{ matrix.stack }}");
const issues = { issues: "write" };
const ofPullRequest = cancelled("preview-${{ matrix.stack }}-${{ github.event.pull_request.number }}");

test("who may run each job, with which rights, as which identity, and with which others it takes turns", () => {
  const found = files.map((file) => {
    const { permissions, jobs } = readWorkflow(file);
    const each = Object.entries(jobs).map(([name, job]) => {
      const { if: condition, needs, uses, strategy, environment, concurrency, permissions: own } = job;
      return [name, { if: condition, needs, uses, strategy, environment, concurrency, permissions: own }] as const;
    });
    return [file, { permissions, ...Object.fromEntries(each) }] as const;
  });
  const expected = {
    "ci.yml": {
      gate: { permissions: read, concurrency: cancelled("ci-${{ github.ref }}") },
      elsewhere: { permissions: read, strategy: expect.anything() as object },
    },
    "customers.yml": ofStacks("customers", "-renew", vault, issues),
    "drift.yml": ofStacks("drift", "-read", engine, issues),
    "preview.yml": ofStacks("preview", "-preview", ofPullRequest, { "pull-requests": "write" }, ofAuthor),
    "probe.yml": ofStacks("probe", "-renew", vault, issues),
    "release.yml": {
      build: { permissions: read, concurrency: newest("release-${{ github.ref }}") },
      release: {
        needs: "build",
        permissions: { contents: "write", "id-token": "write", attestations: "write" },
        concurrency: newest("release-${{ github.ref }}-publish"),
      },
    },
    "renew.yml": ofStacks("renew", "-renew", vault),
    "rotate.yml": ofStacks("rotate", "-rotate", engine),
    "stacks.yml": { read: { permissions: read } },
    "tell.yml": {
      tell: {
        if: onMain,
        environment: "tell",
        permissions: { ...read, actions: "read", ...issues },
        concurrency: all("tell-${{ github.event.schedule || github.event_name }}"),
      },
    },
    // Of several deployments of main that wait, the newest has the others' changes.
    "up.yml": ofStacks("up", "", newest("up-${{ matrix.stack }}")),
  };
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(expected).map(([file, jobs]) => [file, { permissions: {}, ...jobs }])),
  );
  // An identity's environment admits main alone, and so does that of a secret: of the repository, a workflow of any branch would read it.
  const guarded = guardedOf([{ stack: "${{ matrix.stack }}", needs: { calendar: true } }]).map(({ name }) => name);
  const environments = files.flatMap((file) =>
    Object.values(readWorkflow(file).jobs).flatMap((job) => job.environment ?? []),
  );
  expect([...new Set(environments)].sort()).toEqual(guarded.sort());
  // No development package, and no engine without the command that guards it, is beside an identity.
  const signing = files.flatMap((file) => Object.values(readWorkflow(file).jobs).filter(canSignIn));
  const steps = signing.flatMap((job) => job.steps);
  expect(steps.filter(({ run = "" }) => /\bnpm\b|(?<!-)\bpulumi\b/u.test(run))).toEqual([]);
  // A pull request's author may change what pull_request runs.
  expect(files.filter((file) => /^ {2}pull_request/mu.test(text(file)))).toEqual(["ci.yml"]);
});

test("a webhook's address is set where the jobs that post read it", () => {
  const posting = files.filter((file) => text(file).includes("secrets."));
  const environments = posting.map((file) =>
    jobOf(readWorkflow(file)).environment?.replace("${{ matrix.stack }}", "global"),
  );
  const lines = readFileSync(join(repositoryFolder, "docs", "ci.md"), "utf8").match(/gh secret set [^`&]*/gu) ?? [];
  expect(new Set(lines.map((line) => line.trim()))).toEqual(
    new Set(environments.map((name) => `gh secret set NOTIFY_WEBHOOK --env ${name ?? ""}`)),
  );
});

describe("the template's workflow", () => {
  const called = Object.keys(caller.jobs);

  test("calls these of this repository, in this version, and gives each what it asks for, and no more", () => {
    const { version, repository } = JSON.parse(readFileSync(join(repositoryFolder, "package.json"), "utf8")) as {
      version: string;
      repository: string;
    };
    const here = repository.replace("github:", "");
    expect(caller.permissions).toEqual({});
    for (const [name, { uses, permissions, secrets = {} }] of Object.entries(caller.jobs)) {
      expect(uses).toBe(`${here}/.github/workflows/${name}.yml@v${version}`);
      const { on, jobs } = readWorkflow(`${name}.yml`);
      // GitHub requires it whether a job of it is skipped or not; "write" comes after "read".
      const asked = Object.values(jobs).flatMap((job) => Object.entries(job.permissions));
      expect([name, permissions]).toEqual([
        name,
        Object.fromEntries(asked.sort(([, one], [, other]) => (one < other ? -1 : 1))),
      ]);
      const { workflow_call: takes } = on as { workflow_call: { secrets?: object } | null };
      const given = Object.keys(takes?.secrets ?? {}).map((secret) => [secret, `\${{ secrets.${secret} }}`]);
      expect([name, secrets]).toEqual([name, Object.fromEntries(given)]);
    }
    // Where the page takes the template from.
    expect(tenSteps()[0]?.[0]).toContain(`pulumi new https://github.com/${here}/templates/partner `);
  });

  test("calls for each event one of them and the one that tells, and for a pull request the preview alone", () => {
    const {
      schedule,
      workflow_dispatch: byHand,
      ...others
    } = caller.on as {
      schedule: { cron: string }[];
      workflow_dispatch: { inputs: { job: { options: string[] } } };
    };
    expect(others).toEqual({ push: { branches: ["main"] }, pull_request_target: { branches: ["main"] } });
    const callsFor = (event_name: string, cron = "", job = "") => {
      const contexts = { github: { event_name, event: { schedule: cron } }, inputs: { job } };
      return called.filter((name) => holds(caller.jobs[name]?.if, "success", contexts));
    };
    const { options } = byHand.inputs.job;
    const asked = options.map((job) => callsFor("workflow_dispatch", "", job));
    expect(asked).toEqual(options.map((job) => [job, "tell"]));
    const byItself = [callsFor("push"), ...schedule.map(({ cron }) => callsFor("schedule", cron))];
    expect(byItself.sort()).toEqual(asked.sort());
    expect(callsFor("pull_request_target")).toEqual(["preview"]);
    expect(caller.jobs["tell"]?.needs).toEqual(called.filter((name) => options.includes(name)));
  });
});

test.each(["customers.yml", "drift.yml", "probe.yml"])(
  "%s marks what its issue says, and nothing else, as told",
  (file) => {
    const told = stepsOf(file).find(({ name }) => name === toldStep);
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
  const last = jobOf(readWorkflow("tell.yml")).steps.at(-1) ?? {};
  expect(last.if).toBe("failure()");
  const log = join(folder, "log");
  // `gh issue list --label failure --limit 1000 --json <members> --jq <program>`
  const list = 'shift 7; printf "%s" "$OPEN" | jq "map({$1})" | jq "$3"';
  const gh = `#!/bin/sh\nif [ "$1" = issue ]; then ${list}; else printf "%s\\n" "$@" > "$LOG"; fi\n`;
  writeFileSync(join(folder, "gh"), gh, { mode: 0o755 });
  const environment = { ...last.env, GH_REPO: "contoso/partner", LOG: log };
  const PATH = `${folder}:${process.env["PATH"] ?? ""}`;
  const tell = (...open: object[]) => runScript(last, { ...environment, PATH, OPEN: JSON.stringify(open) });
  const title = String(last.env?.["TITLE"]);
  tell({ title, author: { is_bot: true, login: "app/github-actions" } });
  expect(existsSync(log)).toBe(false);
  // Anybody may open an issue of that title.
  tell({ title, author: { is_bot: false, login: "mallory" } }, { title: "Another", author: { is_bot: true } });
  expect(readFileSync(log, "utf8").split("\n--field\n")).toEqual([
    "api\nrepos/contoso/partner/issues\n--silent",
    "title=Tell: the job tell has failed",
    expect.stringMatching(/^body=<!-- secure-app-model failure of job "Tell: tell", findings 0{16} -->\n/u),
    "labels[]=failure\n",
  ]);
});

describe.each(stacks)("whoever may write to the repository sets a variable of $stack", (row) => {
  const cloud = row["cloud"] as CloudName;
  const { tokenExchangeAudience, authority } = clouds[cloud];
  const guid = "6f0f3a8e-1111-4222-8333-0c3f0a6f6b51";
  const ids = ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"];
  const addresses = usualAddresses(cloud);
  const usual = { ...Object.fromEntries(ids.map((one) => [one, guid])), ...addresses };
  /** What the action's last step does, with what it hands to the job. */
  const set = (variables: Record<string, string>, of: object = row, engine = "") => {
    const file = join(folder, "env");
    rmSync(file, { force: true });
    const { status, stderr } = runScript(readAction(setUp).runs.steps.at(-1) ?? {}, {
      ...{ PATH: process.env["PATH"], GITHUB_ENV: file, RUNNER_TEMP: folder, ENGINE: engine },
      ...{ ROW: JSON.stringify(of), VARIABLES: JSON.stringify(variables), ACTIONS_ID_TOKEN_REQUEST_URL: "https://x" },
    });
    return { status, stderr, lines: readFileSync(file, "utf8").split("\n") };
  };

  test("what ci set-up sets is taken, and what is not set stays so", () => {
    expect(set(usual)).toEqual({
      ...{ status: 0, stderr: "" },
      lines: expect.arrayContaining([
        `PULUMI_BACKEND_URL=${addresses.PULUMI_BACKEND_URL}`,
        `SECURE_APP_MODEL_VAULT=${addresses.VAULT_URI}`,
        `ARM_TENANT_ID=${guid}`,
        `AZURE_AUTHORITY_HOST=${authority}`,
        `ARM_OIDC_AUDIENCE=${tokenExchangeAudience}`,
        `ARM_OIDC_REQUEST_URL=https://x&audience=${tokenExchangeAudience}`,
      ]) as string[],
    });
    expect(set({ ...usual, ...longerAddresses(cloud) })).toMatchObject({ status: 0, stderr: "" });
    expect(set({}).lines.filter((line) => /^(?:PULUMI|ARM_.*_ID|SECURE_APP_MODEL_VAULT)/u.test(line))).toEqual([]);
  });

  /** Which is named, the variables and the row. */
  type Hostile = [named: string, variables: Record<string, string>, row: object];
  const ofVariable = (one: string, value: string, more = {}): Hostile => [
    `The variable ${one}`,
    { [one]: value },
    more,
  ];
  const inLine = (good: string) => `${good}\nBASH_ENV=$(id)`;
  test.each<Hostile>([
    ...hostileAddresses(cloud).map(([one, value]) => ofVariable(one, value)),
    ...ids.flatMap((one) => [...brokenLines(guid), "common"].map((value) => ofVariable(one, value))),
    ...ids.map((one) => ofVariable(one, inLine(guid), { [one]: guid })),
    ["The row's AZURE_CLIENT_ID", {}, { AZURE_CLIENT_ID: "common" }],
    ["The line STACK", {}, { stack: inLine("global") }],
    ["The line AZURE_AUTHORITY_HOST", {}, { authority: inLine(authority) }],
    ["The line PULUMI_BACKEND_URL", {}, { PULUMI_BACKEND_URL: inLine(addresses.PULUMI_BACKEND_URL) }],
    ["The line SECURE_APP_MODEL_VAULT", {}, { VAULT_URI: inLine(addresses.VAULT_URI) }],
  ])(
    "%s, with %j and a row with %j: the job ends before any line is written, and says which, without its value",
    (which, variables, changes) => {
      const said = `::error::${which} has not the form that this job takes (docs/ci.md, section 2).\n`;
      expect(set({ ...usual, ...variables }, { ...row, ...changes })).toEqual({ status: 1, stderr: said, lines: [""] });
    },
  );

  test("what its row says comes first, so that only a pull request can move it", () => {
    const reviewed = { PULUMI_BACKEND_URL: "azblob://pulumi?storage_account=ours", VAULT_URI: "https://ours.example" };
    expect(set(usual, { ...row, ...reviewed })).toMatchObject({
      status: 0,
      lines: expect.arrayContaining([
        `PULUMI_BACKEND_URL=${reviewed.PULUMI_BACKEND_URL}`,
        `SECURE_APP_MODEL_VAULT=${reviewed.VAULT_URI}`,
      ]) as string[],
    });
    // A job with the engine has one of the two, another job the other, though no variable names it.
    const addressesOf = (engine: string) =>
      set({}, { ...row, ...reviewed }, engine).lines.filter((line) => /^(?:PULUMI|SECURE_APP_MODEL_VAULT)/u.test(line));
    expect([addressesOf("true"), addressesOf("false")]).toEqual([
      [`PULUMI_BACKEND_URL=${reviewed.PULUMI_BACKEND_URL}`],
      [`SECURE_APP_MODEL_VAULT=${reviewed.VAULT_URI}`],
    ]);
  });
});
