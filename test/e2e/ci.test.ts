/**
 * The workflows, step by step from their files, against the embedded cloud, a stand-in for GitHub's OIDC issuer and one for its issues.
 * No client secret is anywhere in them: every request to the cloud is made with the job's own token.
 */
import { spawn } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CloudName } from "../../local/emulator/clouds";
import { type IssueTracker, startIssueTracker } from "../support/github/issue-tracker";
import { type OidcIssuer, startOidcIssuer } from "../support/github/oidc-issuer";
import { type JobResult, runJob } from "../support/github/runner";
import { jobOf, type MatrixRow, readWorkflow } from "../support/github/workflow";
import { checkOut } from "./support/checkout";
import { type Graph, openGraph } from "./support/graph";
import { finished, Project } from "./support/project";
import { type Hands, removedReplyUrl, tampers } from "./support/tampers";
import { newestOf, openVaultAt, versionsOf } from "./support/vault";

const repository = "contoso/partner";

type StackOutputs = Hands["outputs"] & { vaultUri: string };

/** The rows that are run here, by their clouds' names: each is one of the files' matrix. */
const rowsRun = ["AzureCloud", "AzureUSGovernment"];
const rows = (jobOf(readWorkflow("drift.yml")).strategy?.matrix.include ?? []).filter(({ cloud = "" }) =>
  rowsRun.includes(cloud),
);

/** What no cloud does in a way of its own is shown in one: a run of the engine takes seconds. */
const inOneCloudOf = (row: MatrixRow) => (row === rows[0] ? test : () => undefined);

describe.each(rows)("in CI, stack $stack of $cloud", (row) => {
  const stack = row["stack"] ?? "";
  const inOneCloud = inOneCloudOf(row);
  let project: Project;
  let issuer: OidcIssuer;
  let tracker: IssueTracker;
  let checkout: string;
  let graph: Graph;
  let outputs: StackOutputs;
  let hands: Hands;
  /** Everything that a run left where people can read it. */
  const told: string[] = [];

  beforeAll(async () => {
    project = await Project.start({ cloud: row["cloud"] as CloudName });
    issuer = await startOidcIssuer(join(project.folder, "cloud"));
    tracker = await startIssueTracker(repository);
    checkout = join(project.folder, "checkout");
    await checkOut(checkout, stack, await readFile(project.configFile, "utf8"));
    graph = await openGraph(project);
    for (const environment of [stack, `${stack}-read`, `${stack}-renew`])
      await trust(environment, row["audience"] ?? "");
    await byHand("stack", "init", stack);
    await byHand("up", "--yes", "--skip-preview", "--stack", stack);
    outputs = JSON.parse(await byHand("stack", "output", "--json", "--stack", stack)) as StackOutputs;
    const vault = openVaultAt(project, outputs.vaultUri);
    hands = { graph, vault, adminAgents: project.seeds.groups.adminAgents.id, outputs };
  });
  afterAll(async () => {
    await Promise.all([project.close(), issuer.close(), tracker.close()]);
  });

  /** What docs/ci.md has people do with az ad app federated-credential create. */
  async function trust(environment: string, audience: string): Promise<void> {
    const subject = issuer.subjectOf({ repository, environment });
    const credential = { name: environment, issuer: issuer.issuer, subject, audiences: [audience] };
    const path = `/applications/${project.seeds.deployer.objectId}/federatedIdentityCredentials`;
    await graph("POST", path, credential);
  }

  /** The engine as a person runs it, at a machine with a browser. */
  async function byHand(...words: string[]): Promise<string> {
    const child = spawn("pulumi", [...words, "--non-interactive"], {
      cwd: checkout,
      env: project.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { code, text } = await finished(child);
    if (code !== 0) throw new Error(`pulumi ${words.join(" ")} ended with ${code}:\n${text}`);
    return text;
  }

  /** Makes what the vault holds older. */
  function age(uri: string, name: string, days: number): void {
    const { tenants, vaultOrigins } = project.cloud;
    const [vault = ""] = [...vaultOrigins].find(([, origin]) => origin === new URL(uri).origin) ?? [];
    const subscription = tenants.get(project.seeds.partner.id)?.subscriptions.get(project.seeds.subscription.id);
    const versions = subscription?.vaults.get(vault)?.secrets.get(name)?.versions ?? [];
    for (const version of versions) version.created -= days * 86_400;
  }

  /** One job of a workflow, in the environment it names. */
  async function run(file: string, changes: MatrixRow = {}): Promise<JobResult> {
    const environment = (jobOf(readWorkflow(file)).environment ?? "").replace(/\$\{\{.*?\}\}/u, stack);
    const temporary = join(project.folder, "runner");
    await mkdir(temporary, { recursive: true });
    const { partner, deployer, subscription } = project.seeds;
    const foreign = /^(?:ARM_|AZURE_|SECURE_APP_MODEL_(?!ENDPOINTS$)|BROWSER$|PULUMI_BACKEND_URL$)/u;
    const machine = Object.entries(project.environment).filter(([name]) => !foreign.test(name));
    const result = await runJob({
      file,
      row: { ...row, ...changes },
      vars: {
        AZURE_CLIENT_ID: deployer.clientId,
        AZURE_TENANT_ID: partner.id,
        AZURE_SUBSCRIPTION_ID: subscription.id,
        PULUMI_BACKEND_URL: project.environment["PULUMI_BACKEND_URL"] ?? "",
        VAULT_URI: outputs.vaultUri,
      },
      token: tracker.token,
      checkout,
      temporary,
      environment: {
        ...Object.fromEntries(machine),
        ...issuer.variablesFor({ repository, environment }),
        CURL_CA_BUNDLE: project.emulator.caFile,
        GITHUB_API_URL: tracker.url,
        GITHUB_REPOSITORY: repository,
        GITHUB_SERVER_URL: "https://github.example",
        GITHUB_RUN_ID: "42",
      },
    });
    told.push(result.text, result.summary);
    return result;
  }

  const issueStates = () => tracker.issues.map(({ state, comments }) => [state, comments.length]);

  test("preview.yml and drift.yml find a stack as declared, with no secret, and open nothing", async () => {
    issuer.audiences.length = 0;
    const preview = await run("preview.yml");
    expect([preview.code, preview.steps]).toEqual([
      0,
      ["npm ci", "Ask for this job's token", 'pulumi preview --refresh --diff --non-interactive --stack "$STACK"'],
    ]);
    const drift = await run("drift.yml");
    expect([drift.code, drift.summary, tracker.issues]).toEqual([0, `Stack \`${stack}\` has not drifted.\n`, []]);
    expect([...new Set(issuer.audiences)]).toEqual([row["audience"]]);
  });

  test("a drifted stack opens one issue that names all five kinds; a second run updates it", async () => {
    for (const { tamper } of tampers) await tamper(hands);
    const first = await run("drift.yml");
    expect([first.code, issueStates()]).toEqual([5, [["open", 0]]]);
    const { title, body = "", labels } = tracker.issues[0] ?? {};
    expect([title, labels]).toEqual([`Stack ${stack} has drifted: 5 differences`, ["drift"]]);
    expect(body.split("\n").filter((line) => line.startsWith("| `"))).toEqual([
      "| `azuread.Application partner` | `requiredResourceAccesses` | `(not declared)` | `Microsoft Graph: Group.Read.All (Role)` |",
      "| `azuread.Application partner` | `web.redirectUris` | `urn:ietf:wg:oauth:2.0:oob` | `(not there)` |",
      expect.stringMatching(
        /^\| `azuread\.ApplicationPassword partner-initial` \| `\(the resource\)` \| .* \| `\(not there\)` \|$/u,
      ),
      expect.stringMatching(
        /^\| `azuread\.GroupMember partner-admin-agents` \| `\(the resource\)` \| .* \| `\(not there\)` \|$/u,
      ),
      "| `partner.Consent partner` | `health` | `ok` | `disabled` |",
    ]);
    expect(first.summary).toContain("| `partner.Consent partner` | `health` | `ok` | `disabled` |");
    expect(body).toMatch(
      /Seen, 20\d\d-.*by \[this run\]\(https:\/\/github\.example\/contoso\/partner\/actions\/runs\/42\)/u,
    );
    const second = await run("drift.yml");
    expect([second.code, issueStates()]).toEqual([5, [["open", 0]]]);
  });

  test("what a person repairs closes the issue", async () => {
    await byHand("up", "--refresh", "--yes", "--skip-preview", "--stack", stack);
    const closing = await run("drift.yml");
    expect([closing.code, issueStates()]).toEqual([0, [["closed", 1]]]);
    expect(tracker.issues[0]?.comments.at(-1)).toMatch(/^The drift is gone, 20\d\d-.*by \[this run\]/u);
  });

  inOneCloud("new drift is a new issue; what is added to it is told in a comment", async () => {
    await removedReplyUrl.tamper(hands);
    expect([(await run("drift.yml")).code, issueStates().at(-1)]).toEqual([5, ["open", 0]]);
    await graph("PATCH", `/applications/${hands.outputs.applicationObjectId}`, { displayName: "Tampered" });
    expect([(await run("drift.yml")).code, issueStates()]).toEqual([
      5,
      [
        ["closed", 1],
        ["open", 1],
      ],
    ]);
    expect([tracker.issues[1]?.title, tracker.issues[1]?.comments]).toEqual([
      `Stack ${stack} has drifted: 2 differences`,
      ["The drift has changed: 2 differences now."],
    ]);
  });

  inOneCloud("an outage is told apart from drift and touches no issue", async () => {
    const before = structuredClone(tracker.issues);
    const asked = tracker.requests.length;
    project.emulator.faults.add({ service: "resourceManager", drop: true, times: 0 });
    const { code, text } = await run("drift.yml");
    project.emulator.faults.clear();
    expect([code, tracker.issues, tracker.requests.length]).toEqual([1, before, asked]);
    expect(text).toMatch(/this says nothing about drift/u);
  });

  inOneCloud("a tracker that refuses fails the job, and what was found is told all the same", async () => {
    tracker.faults.push({ status: 403, body: { message: "Resource not accessible by integration" } });
    const { code, text, summary } = await run("drift.yml");
    expect([code, issueStates().at(-1)]).toEqual([1, ["open", 1]]);
    expect(text).toMatch(/GitHub refused GET \/issues .*needs the permission issues: write/u);
    expect(summary).toContain("is no longer as declared");
  });

  inOneCloud("up.yml repairs what needs nobody at a browser, and the issue is closed once", async () => {
    const up = await run("up.yml");
    expect([up.code, up.steps.at(-1)]).toEqual([
      0,
      'pulumi up --refresh --yes --skip-preview --non-interactive --stack "$STACK"',
    ]);
    for (const code of [(await run("drift.yml")).code, (await run("drift.yml")).code]) {
      expect([code, issueStates().at(-1)]).toEqual([0, ["closed", 2]]);
    }
  });

  test("renew.yml leaves a young token, and rolls one that is older than a week; neither is drift", async () => {
    const { vaultUri, refreshTokenName } = outputs;
    const { vault } = hands;
    const before = await versionsOf(vault, refreshTokenName);
    expect(await run("renew.yml")).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^kept refresh-token-/mu) as string,
    });
    expect(await versionsOf(vault, refreshTokenName)).toEqual(before);
    age(vaultUri, refreshTokenName, 8);
    const renewed = await run("renew.yml");
    expect([renewed.code, renewed.steps]).toEqual([0, ["npm ci", "node bin/cli/main.js renew --if-older-than 7d"]]);
    expect(renewed.text).toMatch(/^renewed refresh-token-/mu);
    const after = await versionsOf(vault, refreshTokenName);
    expect(after.map(({ enabled }) => enabled)).toEqual([...before.map(() => false), true]);
    expect(newestOf(after).tags).toEqual(newestOf(before).tags);
    expect((await run("drift.yml")).code).toBe(0);
  });

  inOneCloud("a wrong audience: one clear error with the fix, and no issue", async () => {
    const { code, text } = await run("drift.yml", { audience: "api://AzureADTokenExchangeOfNobody" });
    expect([code, issueStates().length]).toEqual([1, 2]);
    expect(text).toMatch(
      /^error: Signing in to look at stack \w+ was refused: .*names the audience.*AADSTS700212: .*az ad app federated-credential list.*docs\/ci\.md/mu,
    );
  });

  test("no secret reached a log, a summary or an issue", async () => {
    const names = [outputs.refreshTokenName, outputs.clientSecretName];
    const values = await Promise.all(names.map(async (name) => (await hands.vault.getSecret(name)).value ?? ""));
    const text = [...told, JSON.stringify(tracker.issues)].join("\n");
    expect(values.map((value) => value.length > 30)).toEqual([true, true]);
    expect(values.filter((value) => text.includes(value))).toEqual([]);
    expect(text).not.toMatch(/eyJ[\w-]{20,}\./u);
  });
});
