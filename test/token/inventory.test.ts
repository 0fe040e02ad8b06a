import { clouds } from "../../lib/config/clouds";
import { VaultError } from "../../lib/vault/vault-error";
import { MemoryVault, tags, takeInventory, target, version } from "./fixtures";

const name = target.refreshTokenName;
const secret = { value: "s", contentType: "text/plain", tags: {} };
const take = (vault: MemoryVault, tenantId?: string) => takeInventory(clouds.AzureCloud, vault.asVault, tenantId);

test("every token and credential, from lists alone; one is in use when a token names it, and one that was destroyed is left out", async () => {
  const expiresOn = new Date("2999-01-01T00:00:00Z");
  const vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z", { expiresOn }));
  await vault.store(target.credential, { ...secret, expiresOn });
  await vault.store("client-credential-of-before", { ...secret, enabled: false });
  await vault.store("another", secret);
  vault.calls.length = 0;
  const { tokens, credentials } = await take(vault);
  expect(tokens).toEqual([
    {
      name,
      tenantId: target.tenantId,
      health: "ok",
      account: tags.account,
      accountName: tags["account-name"],
      consentedOn: tags["consented-at"],
      createdOn: "2026-11-01T08:00:00.000Z",
      expiresOn: "2999-01-01T00:00:00.000Z",
      credential: target.credential,
      problem: undefined,
    },
  ]);
  expect(credentials.map((one) => [one.name, one.health, one.inUse, one.expiresOn])).toEqual([
    [target.credential, "ok", true, "2999-01-01T00:00:00.000Z"],
  ]);
  expect(vault.calls.filter((call) => call.startsWith("read"))).toEqual([]);
});

test("one tenant's token needs no list of all secrets", async () => {
  const vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z"));
  await vault.store(target.credential, secret);
  vault.calls.length = 0;
  const { tokens, credentials } = await take(vault, target.tenantId);
  expect([tokens.length, credentials.length]).toEqual([1, 1]);
  expect(vault.calls).toEqual([`list ${name}`, `list ${target.credential}`]);
});

test.each([
  ["another cloud's", { ...tags, cloud: "AzureChinaCloud" }, /is of AzureChinaCloud/u],
  ["nobody's", {}, /was not stored by this project/u],
  ["one that points elsewhere", { ...tags, tenant: "x.example" }, /point elsewhere: tenant is "x\.example"/u],
])("a token that is %s is foreign, and says why", async (_, found, problem) => {
  const { tokens, credentials } = await take(new MemoryVault(version("v1", "2026-11-01T08:00:00Z", { tags: found })));
  expect(tokens).toMatchObject([
    { health: "foreign", credential: "", problem: { what: expect.stringMatching(problem) as string } },
  ]);
  expect(credentials).toEqual([]);
});

test("a list of all that is refused is an error of its own", async () => {
  const vault = new MemoryVault();
  vault.failures.push(new VaultError("no-role", "403 ForbiddenByRbac."));
  await expect(take(vault)).rejects.toThrow(new VaultError("no-role", "403 ForbiddenByRbac."));
});
