/** Mistakes in calling a command: each printed fix is run in the situation that prints it. */
import { proveFix, type Terminal } from "./support/printed";
import { nobodyIn } from "./support/robot";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let folder: string;
let own: Terminal;
placeForEach((fresh) => {
  ({ stage, folder, terminal: own } = fresh);
});

const terminal = (changes: Record<string, string> = {}): Terminal => ({ env: { ...own.env, ...changes } });
/** Without the variables for the target: only the options name it. */
const withoutTarget = (): Terminal => ({
  env: Object.fromEntries(Object.entries(own.env).filter(([name]) => !name.startsWith("SECURE_APP_MODEL_"))),
});
/** Of a doctor that has nothing but the application's client secret to report. */
const code = 4;
const target = (cloud: string) => {
  const { SECURE_APP_MODEL_VAULT: vault, SECURE_APP_MODEL_ENDPOINTS: endpoints } = stage.environment();
  return `--cloud ${cloud} --vault ${vault} --endpoints '${endpoints}'`;
};

describe("another cloud than the token's", () => {
  const fix = "lib/consent/stored-token.ts: Ask for the cloud that it is of";

  test.each(["renew", "token graph", "consent --force"])("%s", async (words) => {
    const command = `secure-app-model ${words} ${target("AzureUSGovernment")}`;
    await proveFix(withoutTarget(), { command, fix, itself: true });
  });

  test("status: what is wrong is the command line, not the token", async () => {
    const command = `secure-app-model status ${target("AzureUSGovernment")}`;
    const { code, stdout } = await stage.run(["status", "--json", "--cloud", "AzureUSGovernment"]);
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { exitCode: 2, tokens: [{ state: "failed" }] }]);
    await proveFix(withoutTarget(), { command, fix, itself: true });
  });
});

test("a vault of another cloud", async () => {
  const fix = "lib/config/clouds.ts: Name the cloud that it lies in";
  const command = "secure-app-model status --cloud AzureUSGovernment --vault https://contoso.vault.azure.net";
  // The right cloud has no such vault here: the next problem is that it does not respond.
  const { after } = await proveFix(withoutTarget(), { command, fix, itself: true, code: 1 });
  expect(after.stdout).toMatch(/contoso\.vault\.azure\.net|login\.microsoftonline\.com/u);
});

describe("an option without a value", () => {
  test.each([
    ["consent --force --tenant ''", "--tenant"],
    ["doctor --tenant ''", "--tenant"],
    ["token graph --tenant ''", "--tenant"],
    ["status --partner-tenant ''", "--partner-tenant"],
    ["status --vault ''", "--vault"],
  ])("%s", async (words, option) => {
    const fix = "cli/options/define.ts: Give it one";
    const value = option === "--vault" ? stage.vaultUri : stage.tenantId;
    const placeholder = option === "--vault" ? "uri" : "id";
    const { after } = await proveFix(own, {
      command: `secure-app-model ${words}`,
      fix,
      fill: { [placeholder]: value },
      itself: true,
      code: words.startsWith("doctor") ? code : 0,
    });
    expect(after.stdout + after.stderr).not.toMatch(/report this|Looking for tenant/u);
  });
});

test("a certificate whose root this machine does not know", async () => {
  const fix = "lib/http/http-failure.ts: Give this process that root";
  const fill = { "file with the root certificate": stage.emulator.caFile };
  const unknown = terminal({ NODE_EXTRA_CA_CERTS: "" });
  await proveFix(unknown, { command: "secure-app-model status", fix, fill });
  const doctor = await proveFix(unknown, { command: "secure-app-model doctor", fix, fill, code });
  expect(doctor.after.stdout).toMatch(/^✓ Cloud/mu);
});

describe("half a service principal", () => {
  const fix = "lib/azure/deployer-variables.ts: Set what is missing";

  test.each([
    ["ARM_CLIENT_SECRET", "client secret"],
    ["ARM_TENANT_ID", "tenant"],
    ["ARM_CLIENT_ID", "client id"],
  ])("%s alone is missing", async (name, placeholder) => {
    const value = stage.environment()[name] ?? "";
    const half = terminal({ [name]: "" });
    const { fix: printed } = await proveFix(half, {
      command: "secure-app-model status",
      fix,
      fill: { [placeholder]: value },
    });
    expect(printed.commands.map(({ program }) => program)).toEqual(["export"]);
    const doctor = { command: "secure-app-model doctor", fix, fill: { [placeholder]: value }, code };
    expect((await proveFix(half, doctor)).after.stdout).toMatch(/^✓ Login/mu);
  });
});

describe("nobody signed in before the deadline", () => {
  test("the command is given longer", async () => {
    const { env, somebodyComes } = await nobodyIn(folder, String(own.env["BROWSER"]));
    const fix = "lib/consent/sign-in.ts: Give it longer";
    const { fix: printed } = await proveFix(terminal(env), {
      command: "secure-app-model consent --force --deadline 1",
      fix,
      itself: true,
      meanwhile: somebodyComes,
    });
    expect(printed.commands.map(({ line }) => line)).toEqual([expect.stringContaining("--deadline 30")]);
  });
});
