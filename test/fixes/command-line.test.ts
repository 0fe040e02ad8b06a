/** Mistakes in calling a command: each printed fix is run in the situation that prints it. */
import { proveFix } from "./support/printed";
import { nobodyIn } from "./support/robot";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let folder: string;
let env: NodeJS.ProcessEnv;
const testFix = placeForEach((fresh) => {
  ({ stage, folder } = fresh);
  ({ env } = fresh.terminal);
});

/** Without the variables for the target: only the options name it. */
const withoutTarget = () =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, name.startsWith("SECURE_APP_MODEL_") ? undefined : value]),
  );
/** Of a doctor that has nothing but the application's client secret to report. */
const code = 4;

describe("another cloud than the token's", () => {
  for (const words of ["renew", "token graph", "consent --force", "status"])
    testFix("lib/consent/stored-token.ts: Ask for the cloud that it is of", () => {
      const { SECURE_APP_MODEL_VAULT: vault, SECURE_APP_MODEL_ENDPOINTS: endpoints } = env;
      const target = `--cloud AzureUSGovernment --vault ${vault} --endpoints '${endpoints}'`;
      return { env: withoutTarget(), command: `secure-app-model ${words} ${target}`, itself: true };
    });

  test("status: what is wrong is the command line, not the token", async () => {
    const { code, stdout } = await stage.run(["status", "--json", "--cloud", "AzureUSGovernment"]);
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { exitCode: 2, tokens: [{ state: "failed" }] }]);
  });
});

testFix("lib/config/clouds.ts: Name the cloud that it lies in", () => ({
  env: withoutTarget(),
  command: "secure-app-model status --cloud AzureUSGovernment --vault https://contoso.vault.azure.net",
  ...{ itself: true, code: 1 },
  // The right cloud has no such vault here: the next problem is that it does not respond.
  proven: ({ after }) => {
    expect(after.stdout).toMatch(/contoso\.vault\.azure\.net|login\.microsoftonline\.com/u);
  },
}));

describe("an option without a value", () => {
  for (const words of [
    "consent --force --tenant ''",
    "doctor --tenant ''",
    "token graph --tenant ''",
    "status --partner-tenant ''",
    "status --vault ''",
  ])
    testFix("cli/options/define.ts: Give it one", () => ({
      command: `secure-app-model ${words}`,
      fill: { uri: stage.vaultUri, id: stage.tenantId },
      ...{ itself: true, code: words.startsWith("doctor") ? code : 0 },
      proven: ({ after }) => {
        expect(after.stdout + after.stderr).not.toMatch(/report this|Looking for tenant/u);
      },
    }));
});

testFix("cli/options/number-options.ts: Name it (output applicationId of the stack)", () => ({
  command: "secure-app-model consent --force --client-id abc",
  ...{ itself: true, fill: { "client id": stage.application.clientId } },
}));

describe("a certificate whose root this machine does not know", () => {
  const fix = "lib/http/http-failure.ts: Give this process that root";
  const unknown = () => ({
    env: { NODE_EXTRA_CA_CERTS: "" },
    fill: { "file with the root certificate": stage.emulator.caFile },
  });

  testFix(fix, () => ({ ...unknown(), command: "secure-app-model status" }));
  testFix(fix, () => ({
    ...{ ...unknown(), command: "secure-app-model doctor", code },
    proven: ({ after }) => {
      expect(after.stdout).toMatch(/^✓ Cloud/mu);
    },
  }));
});

test.each([
  ["ARM_CLIENT_SECRET", "client secret"],
  ["ARM_TENANT_ID", "tenant"],
  ["ARM_CLIENT_ID", "client id"],
])("half a service principal: %s alone is missing", async (name, placeholder) => {
  const proof = {
    fix: "lib/azure/deployer-variables.ts: Set what is missing",
    fill: { [placeholder]: stage.environment()[name] ?? "" },
  };
  const half = { env: { ...env, [name]: "" } };
  const { fix: printed } = await proveFix(half, { ...proof, command: "secure-app-model status" });
  expect(printed.commands.map(({ program }) => program)).toEqual(["export"]);
  const doctor = { ...proof, command: "secure-app-model doctor", code };
  expect((await proveFix(half, doctor)).after.stdout).toMatch(/^✓ Login/mu);
});

testFix("lib/consent/sign-in.ts: Allow more time", async () => {
  const { env: alone, somebodyComes } = await nobodyIn(folder, String(env["BROWSER"]));
  return {
    ...{ env: alone, command: "secure-app-model consent --force --deadline 1", itself: true, meanwhile: somebodyComes },
    proven: ({ fix }) => {
      expect(fix.commands.map(({ line }) => line)).toEqual([expect.stringContaining("--deadline 30")]);
    },
  };
});
