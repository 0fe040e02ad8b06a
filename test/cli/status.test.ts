/** `status`, built, on an emulator: from metadata only, and with a probe. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { partnerTenant, registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { assign, resourceManagerOf, roleIds, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import { failing, withoutSecrets } from "./support/failing";
import { credentialName, type Stage, stageForEach } from "./support/stage";

const day = 86_400_000;
let stage: Stage;
let secrets: string[];
stageForEach(async (fresh) => {
  stage = fresh;
  secrets = [stage.application.clientSecret, await stage.storeToken()];
});

/** The application's requests to Entra with a token or client secret. */
const redemptions = () =>
  stage.emulator.requests.entries().filter(({ client }) => client === stage.application.clientId).length;

interface Status {
  exitCode: number;
  tokens: {
    state: string;
    health: string;
    daysLeft: number | null;
    what: string;
    message: string;
    fixes: object[];
    probe: object | null;
  }[];
  credentials: { name: string; kind: string; state: string; inUse: boolean; previousExpiresOn: string }[];
}
const status = async (...argv: string[]) => {
  const { code, stdout, stderr } = await stage.run(["status", "--json", ...argv]);
  withoutSecrets(secrets, stdout, stderr);
  const document = JSON.parse(stdout) as Status;
  expect([document.exitCode, stderr]).toEqual([code, ""]);
  return { code, ...document };
};
const ending = (days: number) => ({ expiresOn: new Date(Date.now() + days * day + 60_000) });

test("reads no value unless it probes", async () => {
  stage.emulator.requests.clear();
  const { code, stdout } = await stage.run(["status"]);
  expect([code, redemptions()]).toEqual([0, 0]);
  expect(stdout).toMatch(
    /^https:\S+ in AzureCloud:\nok {7}refresh-token-\S+  89 days left\n  .*,\n  .*, not tested \(--probe\)\nok {7}client-credential-\S+  399 days left\n  client secret, ends .*\n$/u,
  );
  expect((await status()).tokens).toMatchObject([{ health: "ok", probe: null }]);
  const paths = stage.emulator.requests.entries().map(({ path }) => path);
  expect(paths.filter((path) => path.includes("/secrets/") && !path.includes("/versions"))).toEqual([]);
});

test.each([
  [20, 0, "warning"],
  [3, 3, "failed"],
  [-1, 3, "failed"],
])("a token that ends in %i days: exit code %i", async (days, code, state) => {
  await stage.storeToken(ending(days));
  expect(await status()).toMatchObject({ code, tokens: [{ state, daysLeft: days }] });
});

test("a stack's vault and cloud, before those in the environment; one that was never deployed has none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "status-"));
  const { vaultUri } = stage;
  const engine = (outputs: object) => {
    const settings = {
      cloud: "AzureCloud",
      displayName: "Partner",
      endpoints: JSON.stringify(stage.endpoints()),
      vault: JSON.stringify({ uri: vaultUri }),
      consent: JSON.stringify({ account: "service-account@partner.example" }),
    };
    const named = Object.entries(settings).map(([name, value]) => [`secure-application-model:${name}`, { value }]);
    const config = Object.fromEntries(named) as object;
    const answer = (document: object) => `printf %s '${JSON.stringify(document)}'`;
    const script = `#!/bin/sh\nif [ "$1" = config ]; then ${answer(config)}; else ${answer(outputs)}; fi\n`;
    writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
  };
  const environment = {
    PATH: [folder, process.env["PATH"]].join(delimiter),
    SECURE_APP_MODEL_CLOUD: "AzureChinaCloud",
    SECURE_APP_MODEL_VAULT: "https://other.vault.azure.cn",
  };
  const run = async (...more: string[]) =>
    await stage.run(["status", "--stack", "dev", "--cwd", folder, ...more], environment);
  try {
    engine({ vaultUri });
    expect(await run()).toEqual({ code: 0, stdout: expect.stringContaining(vaultUri) as string, stderr: "" });
    const what = "--cloud AzureChinaCloud contradicts stack dev, whose cloud is AzureCloud.";
    expect(await run("--cloud", "AzureChinaCloud")).toEqual({
      ...{ code: 2, stdout: "" },
      stderr: expect.stringMatching(`^error: ${what}\n.*Leave it out: `) as string,
    });
    expect(await run("--cloud", "AzureCloud")).toMatchObject({ code: 0 });
    engine({});
    expect(await run()).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /^error: Stack dev is not deployed: it has no output vaultUri\.\n {2}Deploy it: pulumi up --stack dev --cwd \S+\n$/u,
      ) as string,
    });
    engine({ vaultUri: "https://evil.example" });
    const { code, stderr } = await run();
    expect([code, stderr]).toEqual([2, expect.stringContaining("The output vaultUri of stack dev is")]);
    expect(stderr).toMatch(/restore the previous state: pulumi stack import/u);
    expect(stderr).not.toContain("--vault");
    expect(await run("--vault", vaultUri)).toMatchObject({ code: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the limits are settable, and must be in order", async () => {
  await stage.storeToken(ending(20));
  expect((await status("--warn-days", "10", "--fail-days", "5")).tokens[0]?.state).toBe("ok");
  expect((await status("--fail-days", "21")).code).toBe(3);
  expect((await failing(stage, ["status", "--warn-days", "5", "--fail-days", "6"])).code).toBe(2);
  expect((await failing(stage, ["status", "--warn-days", "soon"])).code).toBe(2);
});

test("a credential near its end: exit code 4, before a token's 3; one that no token names fails nobody, and leaves the list after its end", async () => {
  const unused = "client-credential-00000000";
  await stage.storeToken(ending(3));
  stage.age(credentialName, 10);
  await stage.storeCredential(2, 3.1);
  await stage.vault.setSecret(unused, "unused", ending(3));
  const { code, credentials } = await status();
  expect({ code, credentials }).toMatchObject({
    code: 4,
    credentials: [
      { name: unused, state: "skipped", inUse: false, previousExpiresOn: "" },
      { name: credentialName, kind: "secret", state: "failed", inUse: true },
    ],
  });
  // That of the generation before, which is still valid.
  const left = Date.parse(credentials[1]?.previousExpiresOn ?? "") - Date.now();
  expect(Math.round(left / day)).toBe(400);
  // Once it has ended there is nothing more to say of it.
  stage.age(unused, 10);
  await stage.vault.setSecret(unused, "unused", ending(-3));
  expect((await status()).credentials).toMatchObject([{ name: credentialName }]);
});

test("a probe that finds nothing wrong", async () => {
  const { code, tokens } = await status("--probe");
  const probe = { redeemed: true, isMfaCompliant: true, missing: [], exitCode: 0, notes: [] };
  expect([code, tokens[0]?.probe]).toEqual([0, probe]);
});

/** By the probe's result: the token's own verdict, health and text, before those of the probe. */
test.each<[string, () => Promise<unknown>, object, RegExp]>([
  [
    "revoked",
    () => Promise.resolve((stage.serviceAccount().revokedBefore = stage.emulator.clock.now() + 1000)),
    { code: 3, state: "failed", health: "refused", message: expect.stringContaining("AADSTS50173") as string },
    /^failed {3}refresh-token-[^]*\n {2}probe: failed\n {2}[^]*AADSTS50173/mu,
  ],
  [
    "without a second factor",
    async () => {
      const { serviceAccountWithoutMfa: account } = stage.emulator.seeds.users;
      await stage.storeToken({ value: await stage.refreshToken(account), tags: stage.tags({ account: account.id }) });
    },
    { code: 3, state: "failed", health: "refused", message: expect.stringContaining("900421") as string },
    /^failed {3}refresh-token-[^]*\n {2}probe: works; signed in without MFA/mu,
  ],
  [
    "another account's",
    async () => stage.storeToken({ value: await stage.refreshToken(stage.emulator.seeds.users.otherAccount) }),
    {
      code: 2,
      state: "failed",
      health: "foreign",
      fixes: [{ byPerson: true }],
      message: expect.stringMatching(
        /^The token in \S+ belongs to alice@partner\.example, but its tags name svc-partner@partner\.example\. Find out who wrote it, then consent again: secure-app-model consent --force --tenant [-0-9a-f]{36}$/u,
      ) as string,
      probe: {
        ...{ redeemed: true, isMfaCompliant: null, missing: null, exitCode: 2, notes: [] },
        error: { code: "foreign-token" },
      },
    },
    /^failed {3}refresh-token-/mu,
  ],
  [
    "of a permission that nobody granted any more",
    () => {
      const { grants } = partnerTenant(stage.emulator);
      for (const grant of grants.values()) grant.scope = grant.scope.replace("Directory.AccessAsUser.All", "");
      return Promise.resolve();
    },
    {
      code: 3,
      state: "failed",
      health: "incomplete",
      message: expect.stringMatching(
        /^It lacks Azure AD Graph Directory\.AccessAsUser\.All\. Grant it, or see who must: .*secure-app-model consent --tenant [-0-9a-f]{36}$/u,
      ) as string,
      probe: { redeemed: true, missing: ["Azure AD Graph Directory.AccessAsUser.All"] },
    },
    /^failed {3}refresh-token-/mu,
  ],
  [
    "with a client secret that Entra refuses",
    () => Promise.resolve((stage.application.application.passwordCredentials = [])),
    { code: 4, state: "failed", health: "refused", message: expect.stringContaining("AADSTS7000215") as string },
    /^failed {3}refresh-token-/mu,
  ],
  [
    "not to be probed to the end",
    () => {
      stage.emulator.faults.add({ service: "partnerCenter", drop: true, times: 0 });
      return Promise.resolve();
    },
    { code: 1, state: "unknown", health: "ok", message: expect.stringContaining("Partner Center") as string },
    /^unknown {2}refresh-token-/mu,
  ],
])("a token that a probe finds %s has one verdict, in every place", async (_, happens, verdict, lines) => {
  await happens();
  expect((await status()).code).toBe(0);
  const { code, tokens } = await status("--probe");
  expect({ code, ...tokens[0] }).toMatchObject(verdict);
  const { code: again, stdout } = await stage.run(["status", "--probe"]);
  expect([again, stdout]).toEqual([code, expect.stringMatching(lines)]);
  expect(stdout).not.toContain("not tested (--probe)");
  const words = (text = "") => text.split(/\s+/u).join(" ");
  expect(words(stdout).split(words(tokens[0]?.message.split(/[.:] /u)[0])).length).toBe(2);
});

test("Key Vault Reader is role enough", async () => {
  const { clientId, clientSecret, servicePrincipal } = registerApplication(stage.emulator);
  const ask = resourceManagerOf(stage.emulator);
  await assign(stage.emulator, ask, vaultPath(stage.emulator), roleIds.vaultReader, servicePrincipal.id);
  const reader = { ARM_CLIENT_ID: clientId, ARM_CLIENT_SECRET: clientSecret };
  expect(await stage.run(["status"], reader)).toMatchObject({ code: 0, stderr: "" });
});

test("a vault that cannot be read tells nothing; an empty one needs a consent", async () => {
  const alone = ["--partner-tenant", stage.tenantId];
  stage.emulator.faults.add({ service: "keyVault", path: "*/versions", status: 403, body: {}, times: 0 });
  expect(await status(...alone)).toMatchObject({ code: 1, tokens: [{ state: "unknown", health: "unreadable" }] });
  stage.emulator.faults.clear();
  await (await stage.vault.beginDeleteSecret(stage.tokenName, { intervalInMs: 10 })).pollUntilDone();
  expect(await status()).toMatchObject({ code: 3, tokens: [] });
  expect((await stage.run(["status"])).stdout).toMatch(
    /^There is no refresh token in http\S+\.\n {2}1\. Name them \(outputs tenantId/u,
  );
  expect(await status(...alone)).toMatchObject({ code: 3, tokens: [{ health: "deleted" }] });
});
