/** `ci set-up` and `doctor` of a bootstrap stack, with GitHub's command and the repository behind it: what one person can reach alone. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ciChecks } from "../../cli/doctor/checks/ci";
import { Facts } from "../../cli/doctor/facts";
import { StackFolder } from "../fixes/support/stack-folder";
import { typed } from "../fixes/support/shell";
import { least } from "../config/configuration";
import { type GhStandIn, type Rule, startGh } from "../support/gh/stand-in";
import { commandHere } from "./support/command-here";
import { told } from "./support/told";

const repository = "contoso/partner";
const all = ["global-preview", "global-read", "global", "global-renew", "global-rotate", "tell"];
const oneApproval: Rule = { approvals: 1, ofLastPush: true, bypass: [] };

let stack: StackFolder;
let gh: GhStandIn;
beforeAll(async () => {
  stack = await StackFolder.make();
  const model = { ...least, credential: { rotateEvery: "90d" } };
  const config = Object.entries(model).map(([name, value]) => [`secure-application-model:${name}`, value] as const);
  await writeFile(join(stack.folder, "Pulumi.global.yaml"), JSON.stringify({ config: Object.fromEntries(config) }));
});
beforeEach(async () => {
  await stack.configure({ cloud: "AzureCloud", ci: { github: { repository, reviewer: "contoso/platform" } } });
  gh = await startGh(repository);
  gh.rules.push(oneApproval);
});
afterEach(async () => {
  await gh.close();
  if (isDeployed) await startAnew();
});
afterAll(() => stack.close());

const variables = () => stack.variables(process.env, gh.folder);
const here = (...argv: string[]) => commandHere([...argv, "--stack", "dev", "--cwd", stack.folder], "", variables());
const setUp = () => here("ci", "set-up", "--yes");
/** A printed fix, as a person pastes it. */
const paste = async (text: string, label: string) => {
  const [, line = ""] = new RegExp(`${label}: (.*)$`, "mu").exec(text) ?? [];
  // A person answers yes.
  const lines = line.replace(" set-up ", " set-up --yes ").split(", then ");
  expect(await typed({ env: variables() }, lines)).toMatchObject({ code: 0 });
};
/** The doctor's checks of the repository, without those of the cloud. */
const looked = async () => {
  jest.replaceProperty(process, "env", variables());
  try {
    const facts = new Facts({ stack: "dev", cwd: stack.folder }, process.env);
    const checks = ciChecks.filter(({ name }) => /^ci-(?:repository|main|environments)$/u.test(name));
    return await Promise.all(checks.map(async (check) => told(await check.look(facts))));
  } finally {
    jest.restoreAllMocks();
  }
};
const branches = () => Object.entries(gh.environments).map(([name, one]) => [name, one.branches]);

let isDeployed = false;

/** The stack as its first `up` leaves it, for one test: outputs, and no resource that this needs. */
async function deploy(...others: object[]): Promise<void> {
  const { stdout } = await typed({ env: stack.environment, cwd: stack.folder }, ["pulumi stack export"]);
  const state = JSON.parse(stdout) as { deployment: object };
  const common = { AZURE_CLIENT_ID: "c", AZURE_TENANT_ID: "t" };
  const environments = [
    { name: "global", identity: "up", variables: { ...common, PULUMI_BACKEND_URL: "azblob://pulumi" } },
    { name: "global-renew", identity: "renew", variables: { ...common, VAULT_URI: "https://v.vault.azure.net" } },
    ...others,
  ];
  const urn = "urn:pulumi:dev::secure-application-model::pulumi:pulumi:Stack::secure-application-model-dev";
  const resources = [{ urn, custom: false, type: "pulumi:pulumi:Stack", outputs: { environments } }];
  const file = join(stack.folder, "state.json");
  await writeFile(file, JSON.stringify({ version: 3, deployment: { ...state.deployment, resources } }));
  const imported = await typed({ env: stack.environment, cwd: stack.folder }, [`pulumi stack import --file ${file}`]);
  expect(imported).toMatchObject({ code: 0 });
  isDeployed = true;
}

/** The stack as nobody deployed it. */
async function startAnew(): Promise<void> {
  const lines = ["pulumi stack rm --yes --force --preserve-config", "pulumi stack init dev"];
  expect(await typed({ env: stack.environment, cwd: stack.folder }, lines)).toMatchObject({ code: 0 });
  isDeployed = false;
}

test("before there is any identity its environments are guarded, from the settings alone; again changes nothing, and takes nothing away", async () => {
  expect(await setUp()).toMatchObject({
    code: 0,
    stdout: `The environments of ${repository} are protected. Next: pulumi up --stack dev --cwd ${stack.folder}\n`,
    stderr: expect.stringMatching(
      /^The identities are not deployed yet\. Run this again after the deployment/u,
    ) as string,
  });
  expect(branches()).toEqual(all.map((name) => [name, ["main"]]));
  const asked = { reviewers: [{ type: "Team", id: 4711 }], preventSelfReview: true };
  expect(gh.environments["global"]).toMatchObject(asked);
  expect(gh.variables).toEqual({});
  // What the settings don't name, a person may have asked for: a PUT without it would take it away.
  Object.assign(gh.environments["global-renew"] ?? {}, asked);
  const before = structuredClone(gh.environments);
  expect(await setUp()).toMatchObject({ code: 0 });
  expect(gh.environments).toEqual(before);
});

test("what made main well is looked at again after the guards: nothing is switched on where it is gone", async () => {
  await deploy();
  gh.beforePut = () => (gh.rules = []);
  const refused = await setUp();
  expect([refused.code, refused.stderr, gh.variables]).toEqual([1, expect.stringMatching(openMain), {}]);
});

test("an environment that is not as declared is not changed: it is refused, with the lines that make it anew", async () => {
  await deploy();
  gh.environments["global-renew"] = { variables: {}, reviewers: [], preventSelfReview: false };
  expect((await looked()).at(-1)).toMatchObject({
    state: "failed",
    what: expect.stringMatching(
      /global-read does not exist: .*; global-renew allows more branches than main;/u,
    ) as string,
  });
  const alone = { variables: {}, branches: ["main"], tags: [], preventSelfReview: true };
  Object.assign(gh.environments, {
    global: { ...alone, reviewers: [{ type: "User", id: 583231 }] },
    "global-read": { ...alone, branches: ["main", "release/*"], reviewers: [{ type: "User", id: 583231 }] },
    "global-rotate": { ...alone, branches: [], tags: ["main"], reviewers: [] },
  });
  const before = structuredClone(gh.environments);
  const refused = await setUp();
  expect([refused.code, gh.variables]).toEqual([1, {}]);
  expect(gh.environments).toMatchObject(before);
  expect(refused.stderr).toContain(
    "not set up: global-read admits branch release/*; global does not require approval by platform; " +
      "global-renew allows more branches than main; global-rotate does not allow main; global-rotate admits tag main.",
  );
  await paste(refused.stderr, "protect them again");
  expect(branches()).toEqual(expect.arrayContaining(all.map((name) => [name, ["main"]])));
  expect(await looked()).toMatchObject([
    { state: "ok", what: `${repository} is private` },
    { state: "ok", what: "a push needs a pull request that somebody else approved (ruleset 1)" },
    { state: "ok", what: `${all.join(", ")}: each allows only main` },
  ]);
});

test("an environment that is missing is told with the line that makes it", async () => {
  expect((await looked()).at(-1)).toMatchObject({
    state: "failed",
    fix: "Protect them: secure-app-model ci set-up --stack dev",
  });
  // Runs the fix "cli/ci-set-up/environments.ts: Protect them".
  expect(await setUp()).toMatchObject({ code: 0 });
  expect((await looked()).at(-1)).toMatchObject({ state: "ok" });
});

test("once the identities are deployed their variables are set, and the jobs are let run", async () => {
  await deploy();
  expect(await setUp()).toMatchObject({ code: 0, stdout: expect.stringMatching(/is set up: \d+ lines/u) as string });
  expect([gh.variables, gh.environments["global-renew"]?.variables]).toEqual([
    { DEPLOYMENTS: "on" },
    { AZURE_CLIENT_ID: "c", AZURE_TENANT_ID: "t", VAULT_URI: "https://v.vault.azure.net" },
  ]);
  const before = structuredClone([gh.variables, gh.environments]);
  expect(await setUp()).toMatchObject({ code: 0 });
  expect([gh.variables, gh.environments]).toEqual(before);
  const words = ["ci", "set-up", "--dry-run"];
  expect(await here(...words)).toMatchObject({
    stdout: expect.stringMatching(/--method PUT [^]*\ngh variable set DEPLOYMENTS .* on\n$/u) as string,
    stderr: `${repository} was not checked: if an environment exists, these commands remove its other reviewers.\n`,
  });
});

test("a state that somebody wrote sets no variable in another environment, and none that a job does not take", async () => {
  gh.environments["production"] = { variables: {}, reviewers: [], preventSelfReview: false };
  const variables = { AZURE_CLIENT_ID: "theirs", "--env-file=/etc/passwd": "x", NODE_OPTIONS: "--require=x" };
  await deploy(
    { name: "production", identity: "up", variables },
    { name: "GLOBAL", identity: "up", variables },
    { name: "global-read", identity: "read", variables },
  );
  const { code, stderr } = await setUp();
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining("Environment production is not of the settings, and gets no variables.") as string,
  ]);
  expect(gh.environments["production"].variables).toEqual({});
  expect(gh.environments["global"]?.variables).toMatchObject({ AZURE_CLIENT_ID: "c" });
  expect(gh.environments["global-read"]?.variables).toEqual({ AZURE_CLIENT_ID: "theirs" });
});

test.each<[string, string[], string[]]>([
  [
    "active",
    ["push", "schedule", "workflow_dispatch"],
    ["The Actions policy events does not allow pull_request_target"],
  ],
  ["evaluate", ["push"], []],
  ["active", ["push", "schedule", "workflow_dispatch", "pull_request_target"], []],
])(
  "an Actions policy that is %s and allows %j is told, as far as GitHub shows it",
  async (enforcement, events, said) => {
    gh.policies = [{ name: "events", enforcement, events }];
    const { code, stderr } = await setUp();
    expect([code, stderr.match(/The Actions policy [^:]*/gu) ?? []]).toEqual([0, said]);
  },
);

const openMain = /one person can push to main without a review, and so use the identities of the jobs: /u;
const opened = (more: RegExp) => new RegExp(openMain.source + more.source, "u");

test.each<[string, Partial<GhStandIn>, RegExp]>([
  ["nothing guards main", { rules: [] }, opened(/no rule requires a pull request whose last push/u)],
  ["a rule asks for no approval", { rules: [{ approvals: 0, bypass: [] }] }, opened(/no rule requires/u)],
  [
    "everybody who may write may bypass its rule",
    {
      rules: [{ ...oneApproval, bypass: [{ actor_id: 4, actor_type: "RepositoryRole", bypass_mode: "pull_request" }] }],
    },
    opened(/ruleset 1 requires an approval, and may be bypassed by RepositoryRole 4/u),
  ],
  [
    "its rule lets one push after the approval",
    { rules: [{ approvals: 1, bypass: [] }] },
    opened(/no rule requires a pull request whose last push/u),
  ],
  [
    "a workflow of a branch may approve",
    { workflowsApprove: true },
    opened(/a workflow of any branch may approve its author's pull request/u),
  ],
  [
    "main is not where GitHub takes workflows from",
    { defaultBranch: "trunk" },
    /the default branch of contoso\/partner is trunk: GitHub runs the workflows of that branch/u,
  ],
  [
    "the plan has no rules in a private repository",
    { rules: [], plan: "free" },
    opened(/this plan has no rules for branches of a private repository/u),
  ],
  [
    "everybody could read what jobs publish",
    { visibility: "public" },
    /contoso\/partner is public: .*\n  Make it private; it loses its stars, and public forks are detached: gh repo edit contoso\/partner --visibility private --accept-visibility-change-consequences/u,
  ],
  [
    "it is not the administrator who asks",
    { administers: false },
    /not set up: not checked: only the repository's administrators see who may bypass the rule\.\n  Require an approved pull request: gh api /u,
  ],
])("set-up makes nothing where %s", async (_, situation, said) => {
  Object.assign(gh, situation);
  const refused = await setUp();
  expect([refused.code, refused.stderr, gh.environments]).toEqual([1, expect.stringMatching(said), {}]);
});

test("what is printed guards main, and what a person pastes for a public repository makes it private", async () => {
  gh.rules = [];
  gh.visibility = "public";
  await paste((await setUp()).stderr, "forks are detached");
  // Runs the fix "cli/ci-set-up/main-rule.ts: Require an approved pull request".
  await paste((await setUp()).stderr, "Require an approved pull request");
  expect([gh.visibility, gh.rules]).toEqual(["private", [oneApproval]]);
  gh.workflowsApprove = true;
  // Runs the fix "cli/ci-set-up/main-rule.ts: Let no workflow approve pull requests".
  await paste((await setUp()).stderr, "Let no workflow approve pull requests");
  gh.defaultBranch = "trunk";
  // Runs the fix "cli/ci-set-up/repository.ts: Make main the default".
  await paste((await setUp()).stderr, "Make main the default");
  expect([gh.workflowsApprove, gh.defaultBranch]).toEqual([false, "main"]);
  expect(await setUp()).toMatchObject({ code: 0 });
});

test.each(["<html>proxy</html>", "{}", ""])(
  "what answers %j in GitHub's place is told, with what was asked",
  async (said) => {
    gh.answers = said;
    const asked = "the answer to gh api repos/contoso/partner is not GitHub's";
    expect(await setUp()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`The repository is not set up: not checked: ${asked}.`) as string,
    });
    expect(await looked()).toMatchObject([1, 2, 3].map(() => ({ state: "skipped", what: `not checked: ${asked}` })));
  },
);

test("a plan without reviewers refuses their line in GitHub's words, and nothing is switched on", async () => {
  gh.plan = "team";
  const refused = await setUp();
  expect([refused.code, refused.stderr, gh.variables]).toEqual([
    1,
    expect.stringContaining("Please ensure the billing plan supports the required reviewers protection rule."),
    {},
  ]);
});

test("without a sign-in, or the rights to see it, doctor has not looked, and does not say it is well", async () => {
  gh.signedIn = false;
  const found = expect.stringMatching(
    /^not checked: To get started with GitHub CLI, please run: +gh auth login/u,
  ) as string;
  expect(await looked()).toEqual([1, 2, 3].map(() => ({ state: "skipped", what: found })));
  gh.signedIn = true;
  gh.administers = false;
  expect((await looked())[1]).toEqual({
    state: "skipped",
    what: "not checked: only the repository's administrators see who may bypass the rule",
    fix: expect.stringMatching(/^Require an approved pull request: gh api .* \| gh api --method POST /u) as string,
  });
});

test("without gh it is told where that is to be had", async () => {
  const refused = await commandHere(["ci", "set-up", "--stack", "dev", "--cwd", stack.folder], "", stack.environment);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining("not checked: there is no gh on PATH; install it: https://cli.github.com."),
  ]);
});

test("a model's stack has nothing to set up", async () => {
  await stack.configure(least);
  try {
    expect(await setUp()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        "Stack dev is not a bootstrap stack: it has no setting ci (docs/ci.md).",
      ) as string,
    });
  } finally {
    await stack.configure({ cloud: "AzureCloud", ci: { github: { repository, reviewer: "contoso/platform" } } });
  }
});

test("a stack whose key refuses it is not made, so that the command for it can be run again once the role is there", async () => {
  const line = "pulumi stack init refused --secrets-provider azurekeyvault://localhost:1/keys/pulumi";
  const terminal = { env: stack.environment, cwd: stack.folder };
  expect((await typed(terminal, [line])).stderr).toContain("could not create secrets manager for new stack");
  expect((await typed(terminal, ["pulumi stack ls"])).stdout).not.toContain("refused");
});

test("for Azure Pipelines nothing is set up: the line that prints the addresses is told, and doctor has not looked", async () => {
  const azureDevOps = { organization: "contoso", project: "partner", issuer: "https://vstoken.dev.azure.com/1" };
  await stack.configure({ cloud: "AzureCloud", ci: { azureDevOps } });
  await deploy();
  const refused = await setUp();
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("is set up by hand: docs/ci.md")]);
  // Runs the fix "cli/ci-set-up/ci-set-up.ts: Print the addresses".
  const [, line = ""] = /Print the addresses: (.*)$/mu.exec(refused.stderr) ?? [];
  expect(await typed({ env: stack.environment }, [line])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/azblob:\/\/pulumi[^]*https:\/\/v\.vault\.azure\.net/u) as string,
  });
  const found = "not checked: check Azure DevOps yourself (docs/ci.md)";
  expect(await looked()).toEqual([1, 2, 3].map(() => ({ state: "skipped", what: found })));
});
