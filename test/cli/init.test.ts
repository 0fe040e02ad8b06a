/** The answers that `init` takes, refuses and writes, with an engine that only makes stacks; test/e2e/init.test.ts deploys one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { parse } from "yaml";
import { startEmulator } from "../../tools/embedded-cloud/testing/emulator";
import { repository } from "../e2e/support/dev-configuration";
import { ownEndpoints } from "../support/own-endpoints";
import { temporaryFolder } from "../support/temporary-folder";
import { asByShell, main } from "./support/built-command";
import { commandHere } from "./support/command-here";
import type { FailureOutput } from "./support/failure-document";

const temporary = temporaryFolder();
const salt = "v1:of-the-engine";
const template = readFileSync(join(repository, "templates", "partner", "Pulumi.global.yaml"), "utf8");

let emulator: Awaited<ReturnType<typeof startEmulator>>;
let environment: Record<string, string>;
beforeAll(async () => {
  emulator = await startEmulator();
  const { authority, partnerCenter, microsoftGraph, resourceManager, azureAdGraph } = emulator.origins;
  const { deployer, partner, subscription } = emulator.seeds;
  environment = {
    NODE_EXTRA_CA_CERTS: emulator.caFile,
    ARM_TENANT_ID: partner.id,
    ARM_SUBSCRIPTION_ID: subscription.id,
    ARM_CLIENT_ID: deployer.clientId,
    ARM_CLIENT_SECRET: deployer.clientSecret,
    SECURE_APP_MODEL_CLOUD: "AzureCloud",
    SECURE_APP_MODEL_ENDPOINTS: JSON.stringify(
      ownEndpoints({ authority, partnerCenter, microsoftGraph, resourceManager, azureAdGraph }),
    ),
  };
});
afterAll(() => emulator.close());

/** A project, with programs on PATH: an engine that makes stacks and does nothing else, and an `az` that is signed in nowhere. */
function newProject(files: Record<string, string> = {}, az = "exit 1") {
  const folder = mkdtempSync(join(temporary, "project-"));
  const made = join(folder, "made");
  const engine = `case "$1 $2" in
"stack ls") [ -e "${made}" ] && echo '[{"name":"global"}]' || echo '[]' ;;
"stack init") [ -e "${made}" ] && exit 1; touch "${made}"; echo "encryptionsalt: ${salt}" >> "${folder}/Pulumi.$3.yaml" ;;
"stack select") ;;
*) echo "error: it does nothing else" >&2; exit 1 ;;
esac`;
  writeFileSync(join(folder, "pulumi"), `#!/bin/sh\n${engine}\n`, { mode: 0o755 });
  writeFileSync(join(folder, "az"), `#!/bin/sh\n${az}\n`, { mode: 0o755 });
  for (const [name, text] of Object.entries({ "Pulumi.yaml": "name: partner\nruntime: nodejs\n", ...files }))
    writeFileSync(join(folder, name), text);
  const env = { ...environment, PATH: [folder, process.env["PATH"]].join(delimiter) };
  const file = join(folder, "Pulumi.global.yaml");
  const argv = ["init", "--stack", "global", "--cwd", folder];
  return {
    ...{ folder, file, env, argv },
    isMade: () => existsSync(made),
    run: async (more: readonly string[], variables: NodeJS.ProcessEnv = {}) =>
      await commandHere([...argv, ...more], "", { ...env, ...variables }),
    written: () => {
      const { config, ...key } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
      const own = Object.entries(config).map(([name, value]) => [
        name.replace(/^secure-application-model:/u, ""),
        value,
      ]);
      return { ...Object.fromEntries(own), key } as Record<string, unknown>;
    },
  };
}
type Project = ReturnType<typeof newProject>;

const right = ["--vault-name", "contoso-tokens", "--region", "westeurope", "--account", "svc-partner@partner.example"];

async function failureOf(project: Project, argv: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  const { code, stdout } = await project.run([...argv, "--json"], variables);
  const { error } = JSON.parse(stdout) as FailureOutput;
  expect([code, error.exitCode, error.code]).toEqual([2, 2, "usage"]);
  return error;
}
test("from options: the template's text with the answers in it, and the key that the engine wrote", async () => {
  const project = newProject();
  const { stderr } = await project.run([...right, "--azure", "yes", "--graph", "User.Read,Directory.Read.All"]);
  const { partner, subscription } = emulator.seeds;
  expect(stderr).toMatch(`AzureCloud, tenant ${partner.id} (partner.example), subscription ${subscription.id}.\n`);
  expect(stderr).toMatch(`Next: secure-app-model doctor --stack global --cwd ${project.folder}\n`);
  const { vault, permissions, consent, ...others } = project.written();
  expect({ vault, consent }).toEqual({
    vault: { name: "contoso-tokens", resourceGroupName: "partner-tokens", location: "westeurope" },
    consent: { account: "svc-partner@partner.example" },
  });
  expect(permissions).toMatchObject({ extra: [{ resource: "Microsoft Graph", delegated: ["Directory.Read.All"] }] });
  expect(others).toMatchObject({
    ...{ cloud: "AzureCloud", tenantId: partner.id, subscriptionId: subscription.id },
    ...{ azureManagement: "true", delegatedGraph: "true", key: { encryptionsalt: salt } },
  });
  const lines = (text: string) => text.match(/^ *# .*$/gmu) ?? [];
  expect(lines(readFileSync(project.file, "utf8"))).toEqual(expect.arrayContaining(lines(template)));
});

test("an account without a domain is of the tenant's own, and a second run changes nothing", async () => {
  const project = newProject({ "Pulumi.global.yaml": `# mine\n${template}` });
  await project.run([...right.slice(0, 4), "--account", "svc-partner"]);
  expect(project.written()).toMatchObject({ consent: { account: "svc-partner@partner.example" } });
  const text = readFileSync(project.file, "utf8");
  expect(text).toMatch(/^# mine\n/u);
  const { what } = await failureOf(project, right);
  expect(what).toBe(`Stack global has its configuration already, and init does not change it: ${project.file}.`);
  expect(readFileSync(project.file, "utf8")).toBe(text);
});

test("a stack that is there already keeps its key", async () => {
  const project = newProject({ "Pulumi.global.yaml": "encryptionsalt: v1:older\n", made: "" });
  await project.run(right);
  expect(project.written()).toMatchObject({ key: { encryptionsalt: "v1:older" } });
});

test("from another stack's file: its settings, where no option names another one, and never its key", async () => {
  const other = {
    config: {
      "secure-application-model:cloud": "AzureUSGovernment",
      "secure-application-model:tenantId": "other.example",
      "secure-application-model:displayName": "Ours",
      "secure-application-model:delegatedGraph": true,
      "secure-application-model:permissions": {
        legacy: false,
        extra: [
          { resource: "Microsoft Graph", delegated: ["Files.Read"], application: ["User.Read.All"] },
          { resource: "Office 365 Management APIs", delegated: ["ActivityFeed.Read"] },
        ],
      },
      "secure-application-model:vault": { name: "their-vault", resourceGroupName: "group", location: "usgovvirginia" },
      "secure-application-model:consent": { account: "svc@partner.example", warnBeforeDays: 20 },
    },
    encryptionsalt: "v1:of-another-stack",
    secretsprovider: "azurekeyvault://another",
  };
  const project = newProject({ "other.yaml": JSON.stringify(other) });
  await project.run(["--from", join(project.folder, "other.yaml"), "--vault-name", "own-vault", "--graph", "none"]);
  expect(project.written()).toMatchObject({
    ...{ cloud: "AzureCloud", tenantId: emulator.seeds.partner.id, displayName: "Ours", delegatedGraph: "false" },
    permissions: {
      legacy: false,
      extra: [
        { resource: "Microsoft Graph", application: ["User.Read.All"] },
        { resource: "Office 365 Management APIs", delegated: ["ActivityFeed.Read"] },
      ],
    },
    vault: { name: "own-vault", resourceGroupName: "group", location: "usgovvirginia" },
    consent: { account: "svc@partner.example", warnBeforeDays: 20 },
  });
  expect(project.written()["key"]).toEqual({ encryptionsalt: salt });
});

test("a vault that exists needs neither name nor region", async () => {
  const filled = template.replace(/ {4}name: ""[^]*? {4}location: "".*\n/u, '    uri: "https://127.0.0.1:9443/"\n');
  const project = newProject({ "other.yaml": filled });
  await project.run(["--from", join(project.folder, "other.yaml"), "--account", "svc@partner.example"]);
  expect(project.written()).toMatchObject({ vault: { uri: "https://127.0.0.1:9443/" } });
});

/** In place of the right one. */
const wrong: [option: string, value: string, allowed: RegExp][] = [
  ["--vault-name", "x", /^3 to 24 letters/u],
  ["--vault-name", "contoso--tokens", /^3 to 24 letters/u],
  ["--region", "west-europe", /^a region of the cloud/u],
  ["--account", "svc partner", /^(?:a user principal name|an account of the tenant)/u],
  ["--account", "svc@elsewhere.example", /^an account of the tenant, whose domains are partner\.example, /u],
  ["--azure", "perhaps", /^yes or no$/u],
  ["--graph", `User.Read,${"x".repeat(256)}`, /^a permission's name or id/u],
];
test.each(wrong)("%s %s is refused, with what is allowed, before anything is made", async (option, value, allowed) => {
  const project = newProject();
  const { problems, fixes } = await failureOf(project, [...right, option, value]);
  expect(problems).toMatchObject([{ where: option, allowed: expect.stringMatching(allowed) as string }]);
  expect(fixes[0]?.commands[0]?.args).toEqual(expect.arrayContaining([option]));
  expect([project.isMade(), existsSync(project.file)]).toEqual([false, false]);
});

test("without a terminal every option that is missing is named at once", async () => {
  const project = newProject();
  const { problems } = await failureOf(project, []);
  expect(problems?.map(({ where }) => where)).toEqual(["--vault-name", "--region", "--account"]);
  expect(project.isMade()).toBe(false);
});

const noCloud = { SECURE_APP_MODEL_CLOUD: "", SECURE_APP_MODEL_ENDPOINTS: "" };
const nobody = { ARM_TENANT_ID: "", ARM_SUBSCRIPTION_ID: "", ARM_CLIENT_ID: "", ARM_CLIENT_SECRET: "" };
const byAz = { ...noCloud, ...nobody, AZURE_TOKEN_CREDENTIALS: "AzureCliCredential" };

test.each<[string, Record<string, string>, string[], NodeJS.ProcessEnv, what: RegExp]>([
  ["no cloud, and no login that has one", {}, right, byAz, /^The cloud is not known: az is not signed in\.$/u],
  ["a cloud that closed", {}, [...right, "--cloud", "AzureGermanCloud"], {}, /^There is no cloud "AzureGermanCloud"/u],
  [
    "a region of another cloud",
    {},
    [...right, "--region", "usgovvirginia"],
    { SECURE_APP_MODEL_ENDPOINTS: "" },
    /^Options of init are /u,
  ],
  ["endpoints that are none", {}, [...right, "--endpoints", "{"], {}, /^The endpoints are neither JSON/u],
  ["a file that is not there", {}, ["--from", "nowhere.yaml"], {}, /^--from nowhere\.yaml cannot be read \(ENOENT\)/u],
  [
    "a file that is no YAML",
    { "other.yaml": "config: [" },
    ["--from", "other.yaml"],
    {},
    / is no configuration of a stack\.$/u,
  ],
  [
    "a file without settings",
    { "other.yaml": "a" },
    ["--from", "other.yaml"],
    {},
    / is no configuration of a stack\.$/u,
  ],
  [
    "a bootstrap stack's file",
    { "other.yaml": 'config: {"secure-application-model:ci": {}}' },
    ["--from", "other.yaml"],
    {},
    / cannot be used:$/u,
  ],
  [
    "a file with another setting that is wrong",
    { "other.yaml": template.replace("partner-tokens", "a.") },
    ["--from", "other.yaml"],
    {},
    / cannot be used:$/u,
  ],
  [
    "an encrypted setting",
    { "other.yaml": template.replace("Partner Center Web App", "{ secure: x }") },
    ["--from", "other.yaml"],
    {},
    / cannot be used:$/u,
  ],
])("%s: an error, and nothing is made", async (_, files, argv, variables, what) => {
  const project = newProject(files);
  const placed = argv.map((word) => (word === "other.yaml" ? join(project.folder, word) : word));
  const failure = await failureOf(project, placed, variables);
  expect(failure.what).toMatch(what);
  expect([project.isMade(), existsSync(project.file)]).toEqual([false, false]);
});

test("a folder without a project", async () => {
  const { code, stderr } = await commandHere(["init", "--stack", "global", "--cwd", temporary], "", environment);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`There is no Pulumi.yaml in ${temporary}.`)]);
});

test("cloud, tenant and subscription are those of az login", async () => {
  const shown = { environmentName: "AzureUSGovernment", tenantId: "t-1", id: "s-1" };
  const tenantId = "5e1d8f6a-2c94-4b7e-8a35-7d0f1c6b9e21";
  const login = JSON.stringify({ ...shown, tenantId, id: tenantId, user: { name: "ada" } });
  const project = newProject({}, `[ "$2" = show ] && echo '${login}' && exit 0; exit 1`);
  const { stderr } = await project.run([...right, "--region", "usgovvirginia"], byAz);
  expect(stderr).toContain(`AzureUSGovernment, tenant ${tenantId}, subscription ${tenantId}.\n`);
  expect(project.written()).toMatchObject({ cloud: "AzureUSGovernment", tenantId, subscriptionId: tenantId });
});

/** Types each answer at the next question. @returns what the terminal shows */
async function typed(
  project: Project,
  answers: readonly string[],
  more: readonly string[] = [],
): Promise<[number, string]> {
  const line = ["exec", process.execPath, main, ...project.argv, ...more].join(" ");
  const child = spawn("script", ["-qefc", `stty cols 250\n${line}`, "/dev/null"], { env: asByShell(project.env) });
  const left = [...answers];
  let text = "";
  let seen = 0;
  child.stdout.on("data", (piece: Buffer) => {
    text += piece.toString();
    const shown = stripVTControlCharacters(text);
    if (!shown.endsWith(": ") || shown.length === seen) return;
    seen = shown.length;
    const next = left.shift();
    if (next !== undefined) child.stdin.write(next);
  });
  const [code] = (await once(child, "close")) as [number];
  return [code, stripVTControlCharacters(text)];
}

describe("at a terminal", () => {
  test("five questions, a wrong answer asked again, Enter for what is in brackets", async () => {
    const project = newProject();
    const [, text] = await typed(project, ["x\r", "contoso-tokens\r", "\r", "svc-partner\r", "yes\r", "none\r"]);
    expect(text).toMatch(/found: {3}"x"\s+allowed: 3 to 24 letters/u);
    expect(text.match(/^(?:Name|Region|Service|Tokens|Delegated) .*: /gmu)).toHaveLength(6);
    expect(project.written()).toMatchObject({
      vault: { name: "contoso-tokens", location: "westeurope" },
      consent: { account: "svc-partner@partner.example" },
      ...{ azureManagement: "true", delegatedGraph: "false" },
    });
  });

  test("nothing is asked that an option answers", async () => {
    const project = newProject();
    const [, text] = await typed(project, [], [...right, "--azure", "no", "--graph", "User.Read"]);
    expect(text).not.toMatch(/: $/mu);
    expect(project.written()).toMatchObject({ azureManagement: "false", delegatedGraph: "true" });
  });

  test.each([
    ["Ctrl-D", "\u0004", 2, "The input ended before all was answered."],
    ["Ctrl-C", "\u0003", 130, "Stopped"],
  ])("%s ends it, and no file is filled in", async (_, key, code, said) => {
    const project = newProject();
    const [ended, text] = await typed(project, ["contoso-tokens\r", key]);
    expect([ended, text]).toEqual([code, expect.stringContaining(said)]);
    expect(project.written).toThrow();
  });
});
