/** The list of all secrets gives the same result for a token as its versions, whatever was stored in whatever order. */
import fc from "fast-check";
import { clouds } from "../../lib/config/clouds";
import { lookThrough, TokenList } from "../../lib/consent/inventory";
import { checkedTag, checkedTags, sinceTag } from "../../lib/consent/published-credential";
import { probeName } from "../../lib/consent/target";
import { beginWriting } from "../../lib/consent/store";
import { targetOfToken } from "../../lib/consent/stored-token";
import { writeToken } from "../../lib/consent/writer";
import type { SecretVersion } from "../../lib/vault/secrets";
import { VaultError } from "../../lib/vault/vault-error";
import { MemoryVault, tags, takeInventory, target, tokensWith, version } from "./fixtures";

const secret = { value: "s", contentType: "text/plain", tags: {} };
const secretNames = [target.clientSecretName, "client-secret-next-87654321", "kept-by-its-owner"];
const start = Date.parse("2026-11-01T08:00:00Z");

const tenantOf = (index: number) => `aaaaaaaa-1111-4222-8333-${String(index).padStart(12, "0")}`;
const nameOf = (index: number) => `refresh-token-${tenantOf(index)}`;

/** Of two versions of the same second the one that was stored last comes first: the vault returns it as the newest. */
class Vault extends MemoryVault {
  constructor() {
    super();
    this.kept.clear();
  }

  override async listVersions(name: string): Promise<SecretVersion[]> {
    this.calls.push(`list ${name}`);
    const versions = (this.kept.get(name) ?? []).map(({ version }) => version);
    return await Promise.resolve(versions.reverse().sort((a, b) => b.createdOn.getTime() - a.createdOn.getTime()));
  }

  hold(name: string, versions: readonly SecretVersion[]): void {
    this.kept.set(
      name,
      versions.map((one) => ({ version: one, secret })),
    );
  }
}

const whose = ["nobody's", "another cloud's", "another application's", "pointing elsewhere"] as const;
const write = fc.record({
  secretName: fc.constantFrom(...secretNames),
  /** Seconds after the version before: 0 for the same second. */
  after: fc.integer({ min: 0, max: 2 }),
  /** Minutes before its store from which on its name counts as published; undefined: without that tag. */
  publishedBefore: fc.option(fc.integer({ min: -1, max: 3 }), { nil: undefined }),
  /** The number of further stores before its writer checks; undefined: it was killed. */
  looksAfter: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
  enabled: fc.boolean(),
  endsInDays: fc.constantFrom(undefined, -1, 40),
  whose: fc.oneof(
    { weight: 6, arbitrary: fc.constant("ours" as const) },
    { weight: 1, arbitrary: fc.constantFrom(...whose) },
  ),
  /** Whether somebody copied the tags of the version before it, in a later second. */
  copiesCheck: fc.boolean(),
});
type Write = typeof write extends fc.Arbitrary<infer Value> ? Value : never;

const otherTags: Record<Write["whose"], object> = {
  ours: {},
  "nobody's": { account: undefined },
  "another cloud's": { cloud: "AzureChinaCloud" },
  "another application's": { application: "dddddddd-1111-4222-8333-444444444444" },
  "pointing elsewhere": { "client-secret": "refresh-token-x" },
};

function tagsOf(one: Write, tenant: string, created: number, before: SecretVersion | undefined) {
  const since = one.publishedBefore === undefined ? undefined : created - one.publishedBefore * 60_000;
  const all = {
    ...tags,
    tenant,
    "client-secret": one.secretName,
    [sinceTag]: since === undefined ? undefined : new Date(since).toISOString(),
    [checkedTag]: one.copiesCheck && one.after > 0 ? before?.tags[checkedTag] : undefined,
    ...otherTags[one.whose],
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

/** The versions of a token after these writers: a writer that checks afterwards adds its tag if what it stored is published. */
function historyOf(index: number, writes: readonly Write[]): SecretVersion[] {
  const versions: SecretVersion[] = [];
  let created = start;
  const look = (at: number) => {
    const found = versions[at];
    if (found === undefined || writes[at]?.whose === "nobody's" || writes[at]?.whose === "pointing elsewhere") return;
    const published = targetOfToken(target.cloud, target.vaultUri, nameOf(index), found.tags as typeof tags, versions);
    if (published.clientSecretName === found.tags["client-secret"])
      versions[at] = { ...found, tags: checkedTags(found) };
  };
  writes.forEach((one, at) => {
    created += one.after * 1000;
    versions.push(
      version(`v${at}`, new Date(created).toISOString(), {
        tags: tagsOf(one, tenantOf(index), created, versions.at(-1)),
        enabled: one.enabled,
        expiresOn: one.endsInDays === undefined ? undefined : new Date(Date.now() + one.endsInDays * 86_400_000),
      }),
    );
    writes.forEach(({ looksAfter }, of) => {
      if (looksAfter !== undefined && of + looksAfter === at) look(of);
    });
  });
  return versions;
}

test("hostile sets of versions: every token has the same verdict by the list as by its versions", async () => {
  const found = { byList: 0, overtaken: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(write, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (histories, onlyNamed) => {
        const vault = new Vault();
        histories.forEach((writes, index) => {
          vault.hold(nameOf(index), historyOf(index, writes));
        });
        // A published client secret is in the vault; others may be as well.
        const named = new Set(histories.flat().map(({ secretName }) => secretName));
        for (const name of onlyNamed ? named : secretNames) vault.hold(name, [version(name, "2026-10-01T08:00:00Z")]);
        const byVersions = [];
        for (const index of histories.keys())
          byVersions.push(...(await takeInventory(clouds.AzureCloud, vault.asVault, tenantOf(index))).tokens);
        vault.calls.length = 0;
        const { tokens } = await takeInventory(clouds.AzureCloud, vault.asVault);
        expect(tokens).toEqual(byVersions);
        found.byList += tokens.length - vault.calls.filter((call) => call.startsWith("list refresh-token-")).length;
        found.overtaken += tokens.filter(({ overtaken }) => overtaken !== undefined).length;
      },
    ),
    { numRuns: 3000 },
  );
  // Both ways were tested.
  expect([found.byList > 500, found.overtaken > 500]).toEqual([true, true]);
});

const one = (index: number, changes: object = {}, copied = false): SecretVersion => {
  const made = version(`v${index}`, "2026-11-01T08:00:00Z", {
    tags: { ...tags, tenant: tenantOf(index), [sinceTag]: "2026-10-01T08:00:00.000Z", ...changes },
  });
  return copied ? made : { ...made, tags: checkedTags(made) };
};

test("versions are listed only of what the list tells too little of", async () => {
  const vault = new Vault();
  const cases = {
    checked: one(1),
    unchecked: one(2, {}, true),
    "with another's check": one(3, { [checkedTag]: "2026-10-31T08:00:00.000Z" }, true),
    disabled: { ...one(4), enabled: false },
    "another cloud's": one(5, { cloud: "AzureChinaCloud" }),
    ended: { ...one(6), expiresOn: new Date("2026-11-02T00:00:00Z") },
  };
  Object.values(cases).forEach((of, index) => {
    vault.hold(nameOf(index + 1), [of]);
  });
  const listed = async () => {
    vault.calls.length = 0;
    await takeInventory(clouds.AzureCloud, vault.asVault, undefined);
    return vault.calls
      .filter((call) => call.startsWith("list refresh-token-"))
      .map((call) => Object.keys(cases)[Number(call.slice(-2)) - 1])
      .sort();
  };
  vault.hold(target.clientSecretName, [version("s", "2026-10-01T08:00:00Z")]);
  // There is no other client secret that could have been published since.
  expect(await listed()).toEqual(["another cloud's", "disabled"]);
  vault.hold("kept-by-its-owner", [version("s", "2026-10-01T08:00:00Z")]);
  expect(await listed()).toEqual(["another cloud's", "disabled", "unchecked", "with another's check"]);
});

test("a token is handed on before the vault's list has ended", async () => {
  const vault = new Vault();
  for (let index = 0; index < 500; index++) vault.hold(nameOf(index), [one(index)]);
  const found = await lookThrough(clouds.AzureCloud, vault.asVault, undefined).next();
  expect(found.value).toMatchObject({ token: { name: nameOf(0) } });
  expect(vault.calls.length).toBeLessThan(30);
});

test("who stores a token and may not change tags has stored it all the same: its versions are listed", async () => {
  const vault = new MemoryVault();
  jest.spyOn(vault, "tag").mockRejectedValue(new VaultError("no-role", "403 ForbiddenByRbac."));
  await writeToken(beginWriting(target, vault.asVault, []), () => Promise.resolve(tokensWith("rolled")));
  const stored = vault.kept.get(target.refreshTokenName)?.at(-1)?.version;
  expect([stored?.enabled, stored?.tags[checkedTag]]).toEqual([true, undefined]);
});

test.each([
  ["neither the probe nor a name that is no tenant's redeems a token", [], true],
  ["a secret that is listed behind the tokens may", ["theirs-by-hand"], false],
])("%s", async (_, behind, isEnough) => {
  const [vault, at] = [new Vault(), "2026-11-01T08:00:00Z"];
  const unchecked = version("one", at, { tags: { ...tags, tenant: tenantOf(1) } });
  vault.hold(nameOf(1), [unchecked]);
  for (const name of [target.clientSecretName, probeName, "refresh-token-of-nobody", ...behind])
    vault.hold(name, [version("one", at, { tags: {} })]);
  const found = await Array.fromAsync(new TokenList(clouds.AzureCloud, vault.asVault).tokens());
  expect(found.map(({ name, newest }) => [name, newest !== undefined])).toEqual([[nameOf(1), isEnough]]);
});
