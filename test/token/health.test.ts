import { factsOf, judgeVersions, lookAtVersions } from "../../lib/token/health";
import { isOurs, tokenTags } from "../../lib/token/tags";
import { useClock } from "../../lib/startup/clock";
import type { SecretVersion } from "../../lib/vault/secrets";
import { CredentialError } from "../../lib/azure/credential-error";
import { refusedOr, VaultError } from "../../lib/vault/vault-error";
import { MemoryVault, tags, target, version } from "./fixtures";

const now = Date.parse("2026-11-24T12:00:00Z");
const inDays = (days: number): Date => new Date(now + days * 86_400_000);
const justBefore = (date: Date): Date => new Date(date.getTime() - 1);
const old = version("old", "2026-08-01T00:00:00Z", { expiresOn: inDays(60) });
const newest = (changes: Partial<SecretVersion>): SecretVersion => version("new", "2026-11-01T00:00:00Z", changes);
const ours = (found: Readonly<Record<string, string>>) => isOurs(target, found);
const judge = (versions: readonly SecretVersion[]) => judgeVersions(versions, ours, 30);
afterAll(useClock(() => now));

test.each<[string, Partial<SecretVersion>]>([
  ["ok", { expiresOn: inDays(31) }],
  ["ok", { expiresOn: undefined }],
  ["ok", { tags: { ...tags, credential: "another", stack: "x", account: "x", "cost-center": "7" } }],
  ["ok", { expiresOn: inDays(30) }],
  ["expiring", { expiresOn: justBefore(inDays(30)) }],
  ["expiring", { expiresOn: new Date(now + 1) }],
  ["expired", { expiresOn: new Date(now) }],
  ["expired", { expiresOn: justBefore(new Date(now)) }],
  ["disabled", { enabled: false, expiresOn: inDays(90) }],
  ["disabled", { enabled: false, tags: {} }],
  ["foreign", { tags: {} }],
  ["foreign", { tags: { ...tags, application: "another" } }],
  ["foreign", { tags: { ...tags, tenant: "another" } }],
  ["foreign", { tags: { ...tags, cloud: "AzureChinaCloud" } }],
])("the newest version decides: %s for %j, whatever the older is", (health, changes) => {
  const decides = newest(changes);
  expect(judge([decides, old])).toEqual({ health, version: decides });
});

test.each(Object.keys(tags))("tags without %s are not this project's", (missing) => {
  expect(tokenTags(Object.fromEntries(Object.entries(tags).filter(([key]) => key !== missing)))).toBeUndefined();
});

test("of versions of the same second the enabled one stands for both, wherever the list puts it", () => {
  const off = newest({ version: "off", enabled: false });
  const on = newest({ version: "on", expiresOn: inDays(80) });
  expect(judge([off, on, old])).toEqual({ health: "ok", version: on });
  expect(judge([on, off, old])).toEqual({ health: "ok", version: on });
});

describe("looking at the vault", () => {
  const { refreshTokenName: name } = target;
  const look = async (vault: MemoryVault) =>
    await lookAtVersions(vault.asVault, name, ours, 30, await refusedOr(vault.listVersions(name)));

  test("says missing where deleted secrets may not be looked at", async () => {
    const vault = new MemoryVault();
    jest.spyOn(vault, "isDeleted").mockRejectedValue(new VaultError("no-role", "403"));
    expect(await look(vault)).toEqual({ health: "missing", version: undefined });
  });

  test("hands on that there is no credential: it says nothing about the token", async () => {
    const vault = new MemoryVault(newest({}));
    const failure = new CredentialError("az login");
    vault.failures.push(failure);
    await expect(look(vault)).rejects.toBe(failure);
  });
});

test("facts are texts, from tags and dates; a date after the version's own is none", () => {
  const state = { health: "ok", version: newest({ expiresOn: new Date("2027-02-01T00:00:00Z") }) } as const;
  expect(factsOf(state)).toEqual({
    health: "ok",
    version: "new",
    account: tags.account,
    accountName: "svc@partner.example",
    consentedOn: "2026-11-01T08:00:00.000Z",
    expiresOn: "2027-02-01T00:00:00.000Z",
  });
  for (const time of ["2027-11-01T08:00:00.000Z", "soon"])
    expect(factsOf({ ...state, version: newest({ tags: { ...tags, "consented-at": time } }) }).consentedOn).toBe("");
  const nothing = { account: "", accountName: "", consentedOn: "", expiresOn: "" };
  expect(factsOf({ health: "foreign", version: newest({ tags: { account: "x" } }) })).toEqual({
    health: "foreign",
    version: "new",
    ...nothing,
  });
  expect(factsOf({ health: "unreadable", version: undefined })).toEqual({
    health: "unreadable",
    version: "",
    ...nothing,
  });
});
