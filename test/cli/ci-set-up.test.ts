/** `ci set-up` and `doctor` of a bootstrap stack, with GitHub's command and the repository behind it: what one person can reach alone. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ciChecks } from "../../cli/doctor/checks/ci";
import { Facts } from "../../cli/doctor/facts";
import { StackFolder } from "../fixes/support/stack-folder";
import { typed } from "../fixes/support/shell";
import { least } from "../config/configuration";
import { ghMissing } from "../../cli/ci-set-up/gh-and-az";
import { type GhStandIn, type Rule, startGh } from "../support/gh/stand-in";
import { type AzStandIn, startAz } from "../support/azure-devops/az";
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
  const lines = line.split(", then ");
  expect(await typed({ env: variables() }, lines)).toMatchObject({ code: 0, stderr: "" });
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
async function deploy(): Promise<void> {
  const { stdout } = await typed({ env: stack.environment, cwd: stack.folder }, ["pulumi stack export"]);
  const state = JSON.parse(stdout) as { deployment: object };
  const common = { AZURE_CLIENT_ID: "c", AZURE_TENANT_ID: "t" };
  const environments = [
    { name: "global", identity: "up", variables: { ...common, PULUMI_BACKEND_URL: "azblob://pulumi" } },
    { name: "global-renew", identity: "renew", variables: { ...common, VAULT_URI: "https://v.vault.azure.net" } },
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

test("reviewers and a timer of a person's are kept where the branches are what is missing, beside the reviewer of the settings", async () => {
  gh.rules = [];
  const [octocat, platform] = [
    { type: "User", id: 583231 },
    { type: "Team", id: 4711 },
  ];
  const reviewers = [octocat, platform];
  for (const name of all) gh.environments[name] = { variables: {}, reviewers, preventSelfReview: true, wait: 5 };
  const global = gh.environments["global"];
  if (global !== undefined) global.reviewers = [octocat];
  expect(await setUp()).toMatchObject({ code: 0 });
  for (const [name, one] of Object.entries(gh.environments)) {
    expect(one).toMatchObject({ branches: ["main"], preventSelfReview: true, wait: 5 });
    expect(one.reviewers).toEqual(name === "global" ? [platform, octocat] : reviewers);
  }
  expect((await looked()).map(({ state }) => state)).toEqual(["ok", "ok", "ok"]);
});

test("what made main well is looked at again after the guards: nothing is switched on where it is gone", async () => {
  await deploy();
  gh.beforePut = () => (gh.rules = []);
  const refused = await setUp();
  expect([refused.code, refused.stderr, gh.variables]).toEqual([1, expect.stringMatching(openMain), {}]);
});

test("an environment that a workflow of some branch made is guarded by the same line", async () => {
  gh.environments["global-renew"] = { variables: {}, reviewers: [], preventSelfReview: false };
  expect((await looked()).at(-1)).toMatchObject({
    state: "failed",
    what: expect.stringMatching(
      /global-read does not exist: .*; global-renew allows more branches than main;/u,
    ) as string,
    fix: "Protect them: secure-app-model ci set-up --stack dev",
  });
  // Runs the fix "cli/ci-set-up/environments.ts: Protect them".
  expect(await setUp()).toMatchObject({ code: 0 });
  expect(branches()).toEqual(expect.arrayContaining(all.map((name) => [name, ["main"]])));
  expect(await looked()).toMatchObject([
    { state: "ok", what: `${repository} is private` },
    { state: "ok", what: "a push needs a pull request that somebody else approved (ruleset 1)" },
    { state: "ok", what: `${all.join(", ")}: each allows only main; global asks somebody else for approval` },
  ]);
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

const openMain = /one person can push to main without a review, and so use the identities of global-preview, .*: /u;
const opened = (more: RegExp) => new RegExp(openMain.source + more.source, "u");

test.each<[string, Partial<GhStandIn>, RegExp]>([
  ["nothing guards main", { rules: [] }, opened(/no rule requires a pull request/u)],
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
    opened(/ruleset 1 requires an approval, but not of the last push/u),
  ],
  [
    "so does the older protection",
    { rules: [], protection: { approvals: 1 } },
    opened(/its protection requires an approval, but not of the last push/u),
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

test("the older protection of a branch counts as well; so do reviewers of every environment, where nobody approves their own job", async () => {
  gh.rules = [];
  gh.protection = { approvals: 1, ofLastPush: true };
  expect(await setUp()).toMatchObject({ code: 0 });
  gh.protection = undefined;
  for (const one of Object.values(gh.environments)) one.reviewers = [{ type: "Team", id: 4711 }];
  expect((await looked())[1]).toMatchObject({ state: "failed" });
  for (const one of Object.values(gh.environments)) one.preventSelfReview = true;
  expect((await looked())[1]).toMatchObject({
    state: "ok",
    what: "each environment requires somebody else's approval",
  });
});

test("branches and tags that somebody admitted are named, and nothing is switched on before they are gone", async () => {
  await setUp();
  gh.environments["global-read"]?.branches?.push("release/*");
  gh.environments["global-renew"]?.tags?.push("v*");
  const refused = await setUp();
  expect([refused.code, gh.variables]).toEqual([1, {}]);
  expect(refused.stderr).toContain("global-read admits branch release/*; global-renew admits tag v*");
  // Runs the fix "cli/ci-set-up/environments.ts: Allow main alone".
  await paste(refused.stderr, "Allow main alone");
  expect(await setUp()).toMatchObject({ code: 0 });
  expect(gh.environments["global-renew"]).toMatchObject({ branches: ["main"], tags: [] });
});

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
  const found = "not checked: Nobody is signed in with gh.";
  expect(await looked()).toMatchObject([1, 2, 3].map(() => ({ state: "skipped", what: found })));
  gh.signedIn = true;
  gh.administers = false;
  expect((await looked())[1]).toEqual({
    state: "skipped",
    what: "not checked: only the repository's administrators see who may bypass the rule",
    fix: expect.stringMatching(/^Require an approved pull request: gh api .* \| gh api --method POST /u) as string,
  });
});

test("without gh its installation comes first, then the sign-in", async () => {
  const { PATH } = process.env;
  process.env["PATH"] = "";
  try {
    const { what, fixes } = (await ghMissing()) ?? {};
    expect([what, fixes?.map(({ text }) => text)]).toEqual([
      "There is no gh on PATH.",
      ["Install it: https://cli.github.com", "Sign in with gh"],
    ]);
  } finally {
    process.env["PATH"] = PATH;
  }
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

describe("in a project of Azure DevOps", () => {
  const azureDevOps = { organization: "contoso", project: "partner", issuer: "https://vstoken.dev.azure.com/1" };
  let az: AzStandIn;
  beforeEach(async () => {
    az = await startAz("https://dev.azure.com/contoso", "partner");
    await stack.configure({ cloud: "AzureCloud", ci: { azureDevOps } });
  });
  afterEach(() => az.close());
  const run = (...more: string[]) =>
    commandHere(
      ["ci", "set-up", "--stack", "dev", "--cwd", stack.folder, ...more],
      "",
      stack.variables(process.env, az.folder),
    );

  test("before the first deployment nothing is made; after it the groups are, and again changes nothing", async () => {
    expect(await run("--yes")).toMatchObject({
      code: 0,
      stdout: "Nothing to set up: the identities are not deployed yet.\n",
    });
    await deploy();
    const done = "The variable groups of contoso/partner are correct. Manual steps: docs/ci.md.\n";
    expect(await run("--yes")).toMatchObject({ code: 0, stdout: done });
    const values = { PULUMI_BACKEND_URL: "azblob://pulumi", VAULT_URI: "https://v.vault.azure.net" };
    const variables = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { isSecret: null, value }]),
    );
    expect(az.groups).toEqual([{ id: 1, name: "global", authorized: false, variables }]);
    // Nothing is to be changed, so nobody is asked.
    expect(await run()).toMatchObject({ code: 0, stdout: done, stderr: "" });
    const [group] = az.groups;
    if (group !== undefined) group.variables = { vault_uri: { isSecret: null, value: "old" } };
    const changed = await run("--yes");
    expect([changed.code, changed.stderr.split("\n").map((line) => line.split(" ").slice(3, 5).join(" "))]).toEqual([
      0,
      ["variable create", "variable update", ""],
    ]);
    expect(az.groups[0]?.variables).toEqual({
      vault_uri: variables["VAULT_URI"],
      PULUMI_BACKEND_URL: variables["PULUMI_BACKEND_URL"],
    });
  });

  test("without a sign-in the lines are printed instead, and doctor has not looked", async () => {
    await deploy();
    az.signedIn = false;
    const refused = await run("--yes");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/run the login command.*--dry-run/su)]);
    const { stdout } = await run("--dry-run");
    expect(stdout).toMatch(
      /^az pipelines variable-group create --organization https:\/\/dev\.azure\.com\/contoso --project partner --name global /u,
    );
    const found = "not checked: check Azure DevOps yourself (docs/ci.md)";
    expect(await looked()).toEqual([1, 2, 3].map(() => ({ state: "skipped", what: found })));
  });
});
