/* eslint-disable no-template-curly-in-string -- expressions of GitHub's workflows */
/** The workflows, step by step from their files, in one cloud; test/soak/ci.test.ts has the other. They use no client secret. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { propose } from "../support/pull-request";
import type { JobResult } from "../support/github/runner";
import { stackOf, workflowFolder } from "../support/github/workflow";
import { story } from "../support/story";
import { toldStep } from "../../cli/report-jobs/job";
import { CiStack, pullRequest } from "./support/ci-stack";
import { thatIsThere } from "./support/project";
import { handsOn, tampers } from "./support/tampers";
import { enableToken, newestOf, openVault, tokenVersions, versionsOf } from "./support/vault";

const row = stackOf("AzureCloud");

/** The steps of every job before its own. */
const setUp = ["npm ci --omit=dev --ignore-scripts", "Name the stack and who signs in"];
const command = "node_modules/.bin/secure-app-model";

let ci: CiStack;
let stack: string;

beforeAll(async () => {
  ci = await CiStack.start(row);
  stack = ci.stack;
  // The roles take effect.
  ci.project.emulator.clock.advance(1000);
});
afterAll(() => ci.close());

const driftIssues = () => ci.tracker.issues.filter(({ labels }) => labels.includes("drift"));
const gone = /^Now: none, 20\d\d-.*by \[this run\]/u;

/** A job, the audiences of the tokens that it requested, and the secrets whose values it read. */
const runAsking = async (file: string) => await asking(() => ci.run(file));
const asking = async (run: () => Promise<JobResult>) => {
  ci.issuer.audiences.length = 0;
  const { requests } = ci.project.emulator;
  const before = requests.entries().at(-1)?.number ?? 0;
  const result = await run();
  const values = requests
    .entries()
    .filter(({ number }) => number > before)
    .flatMap(({ method, path }) => /^\/secrets\/([^/?]+)\/(?!versions)/u.exec(method === "GET" ? path : "")?.[1] ?? []);
  return { ...result, audiences: [...new Set(ci.issuer.audiences)], values };
};
const test = story();

test("renew.yml leaves a young token, and rolls one that is older than a week", async () => {
  const { refreshTokenName } = ci.outputs;
  const before = await tokenVersions(ci.project);
  expect(await ci.run("renew.yml")).toMatchObject({
    code: 0,
    text: expect.stringMatching(/^kept refresh-token-/mu) as string,
  });
  expect(await tokenVersions(ci.project)).toEqual(before);
  ci.age(refreshTokenName, 8);
  const aged = await tokenVersions(ci.project);
  const renewed = await ci.run("renew.yml", { attaches: true });
  expect([renewed.code, renewed.steps.slice(0, -1), renewed.artifacts]).toEqual([
    0,
    [...setUp, `${command} renew --if-older-than 7d`],
    { [`status-${stack}`]: expect.stringMatching(/^<!doctype html>[^]*Nothing expires soon/iu) as string },
  ]);
  expect(renewed.text).toMatch(/^renewed refresh-token-/mu);
  const after = await tokenVersions(ci.project);
  // Disabled versions of one sign-in would be revoked.
  expect(after.map(({ enabled }) => enabled)).toEqual([...before.map(() => true), true]);
  expect(newestOf(after).tags).toEqual(newestOf(aged).tags);
});

test("a pipeline of Azure Pipelines signs in as its service connection, with no secret", async () => {
  const kept = await ci.runInPipeline({ schedule: "renew" });
  expect([kept.code, kept.text]).toEqual([0, expect.stringMatching(/^kept refresh-token-/mu)]);
  expect([kept.steps, kept.summaries]).toEqual([["npm ci", "renew", "Show what was found"], {}]);
});

test("preview.yml finds a stack as declared after a renewal, with no secret", async () => {
  const preview = await asking(() => ci.preview());
  expect([preview.code, preview.audiences, preview.values, preview.steps]).toEqual([
    0,
    [ci.audience],
    [],
    ["Fetch the pull request's commit", ...setUp, expect.stringContaining(" preview ")],
  ]);
  expect(preview.text).toMatch(/^Resources:\n +\d+ unchanged\n/mu);
  expect(ci.tracker.pullRequests.get(pullRequest)?.map(({ body }) => body)).toEqual([
    expect.stringMatching(
      /^<!-- secure-app-model preview of stack "\w+", findings [0-9a-f]{16} -->\n\n### `Preview of stack \w+: succeeded`\n\nWith the settings of `[0-9a-f]{40}`\. Changes of the program, its packages and its workflows are not included\.\n\n```\n\d+ unchanged\n```\n/u,
    ),
  ]);
});

test("a hostile pull request runs no code with an identity, and gets nothing", async () => {
  const canary = join(ci.project.folder, "canary");
  const steal = `require("node:child_process").execSync("pulumi stack export --show-secrets > ${canary}");`;
  const config = parse(readFileSync(ci.project.configFile, "utf8")) as { config: object };
  const settings = {
    ...config.config,
    "secure-application-model:displayName": "Theirs",
  };
  const program = {
    "bin/index.js": steal,
    "bin/cli/main.js": steal,
    "package.json": "{}",
    ".npmrc": "script-shell=/x",
  };
  const preview = await ci.preview({
    ...program,
    "Pulumi.yaml": "name: x\nruntime: nodejs\nmain: bin/index.js\n",
    [`Pulumi.${stack}.yaml`]: JSON.stringify({ ...config, config: settings }),
  });
  expect([preview.code, existsSync(canary)]).toEqual([0, false]);
  expect(preview.text).toMatch(/~ displayName: "Partner Center Web App" => "Theirs"/u);
});

test("its author's own workflow is refused by the environment, and by Entra without one that is guarded", async () => {
  const workflow = (environment: string, steals: string) => {
    const file = join(ci.project.folder, "author.yml");
    const ours = readFileSync(join(workflowFolder, "preview.yml"), "utf8");
    const theirs = ours.replace("workflow_call", "pull_request").replace("${{ matrix.stack }}-preview", environment);
    writeFileSync(file, theirs.replace(/- run: node_modules.*/u, `- run: ${steals}`));
    return file;
  };
  const guarded = ["", "-preview", "-read", "-renew"].map((end) => `${stack}${end}`);
  for (const name of [...guarded, "tell"]) {
    const { code, steps, text } = await ci.run(workflow(name, "pulumi stack export --show-secrets"));
    expect([code, steps, text]).toEqual([1, [], expect.stringContaining("environment protection rules")]);
  }
  const sha = propose(ci.checkout, {});
  const event = { pull_request: { number: pullRequest, head: { sha } } };
  const drift = `${command} drift --stack "$STACK"`;
  const unguarded = await ci.run(workflow("made-by-naming-it", drift), { event: { event } });
  expect([unguarded.code, unguarded.text]).toEqual([1, expect.stringMatching(/AADSTS70021/u)]);
});

test("probe.yml finds a revoked token, which nothing else does: an issue and a post, and the issue is closed when a person has consented", async () => {
  const user = thatIsThere(ci.project.tenant.users.get(ci.project.seeds.users.serviceAccount.id));
  const probes = () => ci.tracker.issues.filter(({ labels }) => labels.includes("token"));
  const fine = await runAsking("probe.yml");
  expect([fine.code, fine.audiences, probes(), ci.webhook.posts]).toEqual([0, [ci.audience], [], []]);
  expect(fine.values).toContain(ci.outputs.refreshTokenName);
  user.revokedBefore = ci.project.emulator.clock.now() + 1000;
  const revoked = await ci.run("probe.yml");
  expect([revoked.code, revoked.steps]).toEqual([
    3,
    [...setUp, expect.stringContaining("status --probe --markdown "), toldStep],
  ]);
  expect(revoked.text).toMatch(/^failed {3}refresh-token-(?:.*\n)+? +probe: failed(?:.*\n)+?.*AADSTS50173/mu);
  const renewal = await ci.run("renew.yml");
  expect([renewal.code, renewal.text]).toEqual([3, expect.stringContaining("AADSTS50173")]);
  expect((await ci.tell()).code).toBe(0);
  const failures = () => ci.tracker.issues.filter(({ labels }) => labels.includes("failure"));
  expect(failures()).toMatchObject([{ title: `Partner: job renew / ${stack}: has failed`, state: "open" }]);
  user.revokedBefore = 0;
  expect((await ci.run("probe.yml")).code).toBe(0);
  expect(probes()).toMatchObject([{ state: "closed", body: expect.stringContaining("AADSTS50173") as string }]);
  expect(JSON.stringify(ci.webhook.posts)).toMatch(/AADSTS50173.*actions\/runs\/42/u);
});

test("customers.yml tells which customer's access is lost, where it is declared, as the identity that redeems; so does its pipeline", async () => {
  const issues = () => ci.tracker.issues.filter(({ labels }) => labels.includes("customers"));
  const { customers } = ci.project.tenant;
  const undeclared = await ci.run("customers.yml");
  expect([undeclared.code, issues()]).toEqual([0, []]);
  writeFileSync(join(ci.checkout, `grants.${stack}.json`), '{"graph":["User.Read"]}');
  const { applicationId } = await ci.project.outputs();
  const granted = { enterpriseApplicationId: "00000003-0000-0000-c000-000000000000", scope: "User.Read" };
  const consent = { applicationId, displayName: null, applicationGrants: [granted] };
  const [lost, ...others] = customers;
  for (const { applicationConsents } of others) applicationConsents.set(consent.applicationId, consent);
  const found = await runAsking("customers.yml");
  expect([found.code, found.audiences, found.steps]).toEqual([
    3,
    [ci.audience],
    [...setUp, expect.stringContaining("customers check --grants "), toldStep],
  ]);
  expect(issues()).toMatchObject([{ state: "open", title: expect.stringContaining("1 customer is lost") as string }]);
  expect(issues()[0]?.body).toContain(`| \`failed\` | \`${lost?.id ?? ""}\` |`);
  expect(JSON.stringify(ci.webhook.posts.at(-1))).toContain(lost?.id);
  const inPipeline = await ci.runInPipeline({ schedule: "customers" });
  expect([inPipeline.code, inPipeline.text]).toEqual([3, expect.stringContaining("2 ok, 1 failed")]);
  expect(inPipeline.summaries).toEqual({
    [`customers-${stack}.md`]: expect.stringContaining(`| \`failed\` | \`${lost?.id ?? ""}\` |`) as string,
  });
});

test("a drifted stack opens one issue, which the run's summary has as well, and which tell.yml does not repeat", async () => {
  const hands = await handsOn(ci.project);
  for (const { tamper } of tampers) await tamper(hands);
  const first = await runAsking("drift.yml");
  expect([first.code, first.audiences, first.values, first.steps.at(-1)]).toEqual([5, [ci.audience], [], toldStep]);
  await ci.tell();
  const open = ci.tracker.issues.filter(({ state }) => state === "open").map(({ title }) => title);
  expect(open).toEqual([
    `Partner: job renew / ${stack}: has failed`,
    expect.stringContaining("access to 1 customer is lost"),
    `Drift of stack ${stack}: 5 differences`,
  ]);
  for (const told of [driftIssues()[0]?.body, first.summary])
    expect(told).toContain("| `partner.Consent partner` | `health` | `ok` | `disabled` |");
});

test("up.yml repairs what needs nobody at a browser; the next look closes the issue, and opens none", async () => {
  // The token is disabled by hand, and must be enabled by hand: CI cannot sign in.
  await enableToken(ci.project);
  const up = await runAsking("up.yml");
  expect([up.code, up.audiences, up.steps.at(-1)]).toEqual([
    0,
    [ci.audience],
    expect.stringContaining(`${command} up --stack "$STACK"`),
  ]);
  // The vault comes from the stack's output: this identity's environment does not have the variable.
  const closing = await ci.run("drift.yml", { attaches: true });
  expect([closing.code, Object.keys(closing.artifacts), closing.summary, driftIssues()]).toEqual([
    0,
    [`status-${stack}`],
    expect.stringMatching(`^### \`Drift of stack ${stack}: none\`\n\nStack \`${stack}\` has not drifted.\n`) as string,
    [expect.objectContaining({ state: "closed", comments: [expect.stringMatching(gone) as string] })],
  ]);
});

test("no secret reached a log, a summary, an issue or a channel", async () => {
  const vault = await openVault(ci.project);
  const values: string[] = [];
  for await (const { name } of vault.listPropertiesOfSecrets()) {
    // The other secrets are those with which a consent tests its right to write.
    if (!/^(?:refresh-token|client-credential)-/u.test(name)) continue;
    for (const { version } of await versionsOf(vault, name)) {
      await vault.updateSecretProperties(name, version, { enabled: true });
      values.push((await vault.getSecret(name, { version })).value ?? "");
    }
  }
  const text = [...ci.told, JSON.stringify([ci.tracker.issues, [...ci.tracker.pullRequests], ci.webhook.posts])].join(
    "\n",
  );
  expect([values.length > 2, values.filter((value) => value.length <= 30)]).toEqual([true, []]);
  expect([...values, ci.webhook.secret].filter((value) => text.includes(value))).toEqual([]);
  expect(text).not.toMatch(/eyJ[\w-]{20,}\./u);
});
