/** What is wrong with how a command was called: each printed fix is run in the situation that prints it. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stage, stageForEach } from "../cli/support/stage";
import { mends, type Terminal } from "./support/printed";

const repository = join(__dirname, "..", "..");
let stage: Stage;
let folder: string;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fixes-"));
});
afterAll(() => rm(folder, { recursive: true }));

const terminal = (changes: Record<string, string> = {}): Terminal => ({ env: stage.environment(changes) });
/** Where the variables that name the target are not set: only the options do. */
function withoutTarget(): Terminal {
  const { SECURE_APP_MODEL_CLOUD, SECURE_APP_MODEL_VAULT, SECURE_APP_MODEL_ENDPOINTS, ...env } = stage.environment();
  return { env };
}
const target = (cloud: string) => {
  const { SECURE_APP_MODEL_VAULT: vault, SECURE_APP_MODEL_ENDPOINTS: endpoints } = stage.environment();
  return `--cloud ${cloud} --vault ${vault} --endpoints '${endpoints}'`;
};

describe("another cloud than the token's", () => {
  const fix = "consent/stored-token.ts: Ask for the cloud that it is of";

  test.each(["renew", "token graph", "consent --force"])("%s", async (words) => {
    const command = `secure-app-model ${words} ${target("AzureUSGovernment")}`;
    await mends(withoutTarget(), { command, fix, itself: true, ...(words.startsWith("consent") ? { code: 3 } : {}) });
  });

  test("status: what is wrong is the command line, not the token", async () => {
    const command = `secure-app-model status ${target("AzureUSGovernment")}`;
    const { code, stdout } = await stage.run(["status", "--json", "--cloud", "AzureUSGovernment"]);
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { exitCode: 2, tokens: [{ verdict: "fail" }] }]);
    await mends(withoutTarget(), { command, fix, itself: true });
  });
});

test("a vault of another cloud", async () => {
  const fix = "config/clouds.ts: Name the cloud that it lies in";
  const command = "secure-app-model status --cloud AzureUSGovernment --vault https://contoso.vault.azure.net";
  // The right cloud has no such vault here: the next question is whether it answers.
  const { after } = await mends(withoutTarget(), { command, fix, itself: true, code: 1 });
  expect(after.stderr).toMatch(/contoso\.vault\.azure\.net|login\.microsoftonline\.com/u);
});

describe("an option without a value", () => {
  test.each([
    ["consent --force --tenant ''", "--tenant"],
    ["doctor --tenant ''", "--tenant"],
    ["token graph --tenant ''", "--tenant"],
    ["status --partner-tenant ''", "--partner-tenant"],
    ["status --vault ''", "--vault"],
  ])("%s", async (words, option) => {
    const fix = "cli/definitions/define.ts: Give it one";
    const value = option === "--vault" ? stage.vaultUri : stage.tenantId;
    const placeholder = option === "--vault" ? "uri" : "id";
    const { after } = await mends(terminal(), {
      command: `secure-app-model ${words}`,
      fix,
      fill: { [placeholder]: value },
      itself: true,
      // The doctor has no engine here, and nobody signs in.
      code: words.startsWith("doctor") ? 2 : words.startsWith("consent") ? 3 : 0,
    });
    expect(after.stdout + after.stderr).not.toMatch(/report this|Looking for tenant/u);
  });
});

test("a certificate whose root this machine does not know", async () => {
  const fix = "http/http-failure.ts: Give this process that root";
  const fill = { "file with the root certificate": stage.emulator.caFile };
  const unknown = terminal({ NODE_EXTRA_CA_CERTS: "" });
  await mends(unknown, { command: "secure-app-model status", fix, fill });
  const doctor = await mends(unknown, { command: "secure-app-model doctor", fix, fill, code: 2 });
  expect(doctor.after.stdout).toMatch(/^✓ Cloud/mu);
});

describe("half a service principal", () => {
  const fix = "azure/deployer-variables.ts: Set what is missing";

  test.each([
    ["ARM_CLIENT_SECRET", "client secret"],
    ["ARM_TENANT_ID", "tenant"],
    ["ARM_CLIENT_ID", "client id"],
  ])("%s alone is missing", async (name, placeholder) => {
    const value = stage.environment()[name] ?? "";
    const half = terminal({ [name]: "" });
    const { fix: printed } = await mends(half, {
      command: "secure-app-model status",
      fix,
      fill: { [placeholder]: value },
    });
    expect(printed.commands.map(({ program }) => program)).toEqual(["export"]);
    const doctor = { command: "secure-app-model doctor", fix, fill: { [placeholder]: value }, code: 2 };
    expect((await mends(half, doctor)).after.stdout).toMatch(/^✓ Login/mu);
  });
});

describe("nobody signed in before the deadline", () => {
  let robot: string;
  beforeEach(async () => {
    robot = join(folder, "late-robot");
    const { userPrincipalName } = stage.emulator.seeds.users.serviceAccount;
    const script = join(repository, "embedded-cloud", "bin", "sign-in-robot.js");
    // Longer than one minute, which takes a second here.
    await writeFile(
      robot,
      `#!/bin/sh\nsleep 1.5\nSIGN_IN_ROBOT_ACCOUNT=${userPrincipalName} exec '${process.execPath}' '${script}' "$@"\n`,
    );
    await chmod(robot, 0o755);
  });

  test("the command is given longer", async () => {
    const preload = join(__dirname, "support", "short-minutes.cjs");
    const { NODE_OPTIONS = "" } = process.env;
    const slow = terminal({ BROWSER: robot, NODE_OPTIONS: `${NODE_OPTIONS} --require ${preload}` });
    const fix = "consent/sign-in.ts: Or give it longer";
    await mends(slow, { command: "secure-app-model consent --force --deadline 1", fix, itself: true });
  });
});
