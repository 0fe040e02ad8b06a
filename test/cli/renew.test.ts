/** `renew`, built, on an emulator: two at once, killed, and with only the rights that it needs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { assign, resourceManagerOf, roleIds, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import { temporaryFolder } from "../support/temporary-folder";
import { finished } from "./support/built-command";
import { credentialName, type Stage, stageForEach } from "./support/stage";

const folder = temporaryFolder();
let stage: Stage;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
  stage.age(stage.tokenName, 8 * 86_400);
});

const current = async () => {
  const { value, properties } = await stage.vault.getSecret(stage.tokenName);
  return { value, tags: properties.tags, createdOn: properties.createdOn };
};

test("a fresh token stands in the old one's place, with its tags and the account's name of today, and works", async () => {
  const before = await current();
  stage.serviceAccount().userPrincipalName = "renamed@partner.example";
  const { code, stdout, stderr } = await stage.run(["renew"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(new RegExp(`^renewed ${stage.tokenName} of renamed@partner\\.example, until 20`, "u"));
  const after = await current();
  // The one before was not replaced by a sign-in: it stays valid until its end.
  expect([after.tags, after.value === before.value, await stage.enabled()]).toEqual([
    { ...before.tags, "account-name": "renamed@partner.example" },
    false,
    [true, true],
  ]);
  expect((await stage.run(["token", "graph"])).code).toBe(0);
});

test("--if-older-than keeps what is younger", async () => {
  const outcomes = [];
  for (const age of ["7d", "7d", "1m"]) {
    const { stdout } = await stage.run(["renew", "--json", "--if-older-than", age]);
    outcomes.push((JSON.parse(stdout) as { tokens: { outcome: string }[] }).tokens.map(({ outcome }) => outcome));
  }
  expect(outcomes).toEqual([["renewed"], ["kept"], ["kept"]]);
  expect(await stage.enabled()).toHaveLength(2);
  for (const age of ["a week", "10000m"]) {
    const { code, stderr } = await stage.run(["renew", "--if-older-than", age]);
    expect([code, stderr]).toEqual([
      2,
      `error: --if-older-than ${age} is not an age.\n  Write a number of up to four digits and d, h or m, such as 7d for seven days.\n`,
    ]);
  }
});

test("--if-older-than redeems what it keeps, and writes nothing; a revoked one is a failure with its fix", async () => {
  await stage.run(["renew"]);
  const { clientId } = stage.application;
  stage.emulator.requests.clear();
  expect((await stage.run(["renew", "--if-older-than", "7d"])).stdout).toMatch(/^kept /u);
  const asked = stage.emulator.requests.entries();
  expect(asked.filter(({ client, method }) => client === clientId && method === "POST")).toHaveLength(1);
  expect(asked.filter(({ service, method }) => service === "keyVault" && method !== "GET")).toEqual([]);
  stage.serviceAccount().revokedBefore = stage.emulator.clock.now() + 1000;
  const { code, stdout, stderr } = await stage.run(["renew", "--if-older-than", "7d"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toMatch(/^error: .*revoked.*AADSTS50173.*\n {2}Consent again.*secure-app-model consent --force/u);
  expect(await stage.enabled()).toEqual([true, true]);
});

test.each<[string, (stage: Stage) => Promise<unknown>, number, RegExp]>([
  [
    "another account's",
    async ({ emulator }) => stage.storeToken({ value: await stage.refreshToken(emulator.seeds.users.otherAccount) }),
    ...([
      3,
      /^error: .* belongs to alice@partner\.example, but its tags name svc-partner@[^]*consent --force/u,
    ] as const),
  ],
  ["nobody's", () => stage.storeToken({ tags: {} }), 2, /^error: .* not stored by this project[^]*consent --force/u],
  [
    "disabled",
    async ({ vault, tokenName }) => {
      const { version = "" } = (await vault.getSecret(tokenName)).properties;
      await vault.updateSecretProperties(tokenName, version, { enabled: false });
    },
    3,
    /^error: The newest version of .* is disabled\.[^]*consent --force/u,
  ],
])("one that is %s is neither stored nor called kept", async (_, happens, exitCode, text) => {
  await happens(stage);
  const before = await stage.enabled();
  for (const argv of [["renew"], ["renew", "--if-older-than", "9d"]]) {
    const { code, stdout, stderr } = await stage.run(argv);
    expect([code, stdout, stderr]).toEqual([exitCode, "", expect.stringMatching(text)]);
  }
  expect(await stage.enabled()).toEqual(before);
});

test("three at once all succeed, and none disables what another one stored", async () => {
  const codes = (await Promise.all([1, 2, 3].map(() => stage.run(["renew"])))).map(({ code }) => code);
  expect(codes).toEqual([0, 0, 0]);
  expect(new Set(await stage.enabled())).toEqual(new Set([true]));
  expect((await stage.run(["token", "graph"])).code).toBe(0);
});

/** Kills a renewal once it has sent such a request, which is never taken. */
async function killAt(method: string): Promise<void> {
  stage.emulator.faults.add({ service: "keyVault", method, status: 503, body: {}, times: 0 });
  const child = stage.spawn(["renew"]);
  const end = finished(child);
  const isSent = () => stage.emulator.requests.entries().some((one) => one.method === method && one.fault);
  while (!isSent() && child.exitCode === null) await sleep(5);
  child.kill("SIGKILL");
  await end;
  stage.emulator.faults.clear();
}

test("killed before it disabled the token of an earlier sign-in, it is finished by the next run, even one that renews nothing", async () => {
  await stage.storeToken({ tags: stage.tags({ "consented-at": "2026-11-02T08:00:00.000Z" }) });
  stage.age(stage.tokenName, 60);
  await killAt("PATCH");
  expect(await stage.enabled()).toEqual([true, true, true]);
  const { stdout } = await stage.run(["renew", "--if-older-than", "7d"]);
  expect(stdout).toMatch(/^kept /u);
  expect(await stage.enabled()).toEqual([true, true, false]);
});

test("killed before storing, nothing has changed", async () => {
  await killAt("PUT");
  expect(await stage.enabled()).toEqual([true]);
  expect((await stage.run(["token", "graph"])).code).toBe(0);
});

describe("with a role on the token's secret, and the right to read the credential", () => {
  let renewer: Record<string, string>;
  beforeEach(async () => {
    const { clientId, clientSecret, servicePrincipal } = registerApplication(stage.emulator);
    renewer = { ARM_CLIENT_ID: clientId, ARM_CLIENT_SECRET: clientSecret };
    const ask = resourceManagerOf(stage.emulator);
    const scope = `${vaultPath(stage.emulator)}/secrets`;
    const roles = [
      await assign(stage.emulator, ask, `${scope}/${stage.tokenName}`, roleIds.secretsOfficer, servicePrincipal.id),
      await assign(stage.emulator, ask, `${scope}/${credentialName}`, roleIds.secretsUser, servicePrincipal.id),
    ];
    expect(roles.map(({ status }) => status)).toEqual([201, 201]);
  });

  test("one tenant's token is renewed: nothing is listed and nothing probed beside it", async () => {
    stage.emulator.requests.clear();
    const { code, stderr } = await stage.run(["renew", "--partner-tenant", stage.tenantId], renewer);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await stage.enabled()).toEqual([true, true]);
    const asked = stage.emulator.requests
      .entries()
      .filter(({ service, status }) => service === "keyVault" && status !== 401);
    expect([...new Set(asked.map(({ path }) => path.split("?")[0]?.split("/")[2]))].sort()).toEqual([
      credentialName,
      stage.tokenName,
    ]);
  });

  test("all tokens are not its to list: the role is named", async () => {
    const { code, stderr } = await stage.run(["renew"], renewer);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Listing the secrets of .*ForbiddenByRbac/u)]);
  });
});

test("of several tokens one that fails is no reason to leave the others: counted by reason, told in a file, and the exit code", async () => {
  const file = join(folder, "failures.csv");
  const other = "dddddddd-1111-4222-8333-444444444444";
  await stage.storeToken({ name: `refresh-token-${other}`, tags: stage.tags({ tenant: other }) });
  const plain = await stage.run(["renew", "--failures", file]);
  expect([plain.code, plain.stderr, plain.stdout.replace(/^renewed .*\n/u, "")]).toEqual([
    2,
    "",
    `${stage.vaultUri}: 1 renewed, 1 failed.\n  1  AADSTS90002: this cloud has no such tenant\nEach failure and its fix: ${file}\n`,
  ]);
  expect(readFileSync(file, "utf8")).toMatch(
    new RegExp(
      `^tenantId,.*\n${other},,refresh-token-${other},AADSTS90002: .*Looking for tenant.*Check the tenant, by its GUID`,
      "u",
    ),
  );
  const json = await stage.run(["renew", "--json", "--failures", file]);
  const tokens = [
    { outcome: "renewed", exitCode: 0 },
    { tenant: other, outcome: "failed", exitCode: 2 },
  ];
  const reasons = [{ reason: "AADSTS90002: this cloud has no such tenant", count: 1, exitCode: 2 }];
  expect([json.code, json.stderr, JSON.parse(json.stdout)]).toMatchObject([2, "", { tokens, reasons, failures: file }]);
  // The same of one alone.
  const alone = join(folder, "alone.csv");
  const { code, stdout } = await stage.run(["renew", "--partner-tenant", other, "--failures", alone]);
  expect([code, stdout]).toEqual([2, expect.stringContaining(`Each failure and its fix: ${alone}`)]);
  expect(readFileSync(alone, "utf8")).toContain(`\n${other},,refresh-token-${other},AADSTS90002: `);
});
