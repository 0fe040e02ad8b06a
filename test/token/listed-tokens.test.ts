/** The list of all secrets gives the same result for a token as its versions, and asks for those of few. */
import { clouds } from "../../lib/config/clouds";
import { lookThrough } from "../../lib/token/inventory";
import { recordTypes } from "../../lib/credential/credential-record";
import type { SecretVersion } from "../../lib/vault/secrets";
import { MemoryVault, tags, takeInventory, target, version } from "./fixtures";

const tenantOf = (index: number) => `aaaaaaaa-1111-4222-8333-${String(index).padStart(12, "0")}`;
const nameOf = (index: number) => `refresh-token-${tenantOf(index)}`;

class Vault extends MemoryVault {
  constructor() {
    super();
    this.kept.clear();
  }

  hold(name: string, ...versions: readonly SecretVersion[]): void {
    const secret = { value: "s", contentType: "text/plain", tags: {} };
    this.kept.set(
      name,
      versions.map((one) => ({ version: one, secret })),
    );
  }
}

const one = (index: number, changes: object = {}): SecretVersion =>
  version(`v${index}`, "2026-11-01T08:00:00Z", { tags: { ...tags, tenant: tenantOf(index), ...changes } });

const cases = {
  usable: one(1),
  "of another sign-in": one(2, { "consented-at": "2026-10-31T08:00:00.000Z" }),
  disabled: { ...one(3), enabled: false },
  "another cloud's": one(4, { cloud: "AzureChinaCloud" }),
  "pointing elsewhere": one(5, { credential: "Refresh-Token-x" }),
  ended: { ...one(6), expiresOn: new Date("2026-11-02T00:00:00Z") },
};

test("versions are listed only of what the list tells too little of, and of each credential", async () => {
  const vault = new Vault();
  Object.values(cases).forEach((found, index) => {
    vault.hold(nameOf(index + 1), found);
  });
  vault.hold(target.credential, version("s", "2026-10-01T08:00:00Z"));
  const byVersions = [];
  for (const index of Object.keys(cases).keys())
    byVersions.push(...(await takeInventory(clouds.AzureCloud, vault.asVault, tenantOf(index + 1))).tokens);
  vault.calls.length = 0;
  const { tokens } = await takeInventory(clouds.AzureCloud, vault.asVault);
  expect(tokens).toEqual(byVersions);
  const listed = vault.calls.filter((call) => call.startsWith("list ")).map((call) => call.slice("list ".length));
  expect(listed.toSorted()).toEqual([target.credential, nameOf(3), nameOf(4), nameOf(5)]);
});

test("a token is handed on before the vault's list has ended", async () => {
  const vault = new Vault();
  for (let index = 0; index < 500; index++) vault.hold(nameOf(index), one(index));
  const found = await lookThrough(clouds.AzureCloud, vault.asVault, undefined).next();
  expect(found.value).toMatchObject({ token: { name: nameOf(0) } });
  expect(vault.calls.length).toBeLessThan(30);
});

test("a credential has its kind, its end, and that of the one before, which tokens do not name", async () => {
  const vault = new Vault();
  const made = (id: string, day: number, changes: Partial<SecretVersion> = {}) =>
    version(id, `2026-11-0${day}T08:00:00Z`, {
      tags: { "key-id": id },
      expiresOn: new Date(`2027-11-0${day}T08:00:00Z`),
      ...changes,
    });
  const certificate = { contentType: recordTypes.certificate };
  vault.hold(target.credential, made("c1", 1, { enabled: false }), made("c2", 2), made("c3", 3, certificate));
  vault.hold("client-credential-of-nobody", made("c1", 1, { enabled: false }));
  vault.hold(nameOf(1), one(1));
  const { credentials } = await takeInventory(clouds.AzureCloud, vault.asVault);
  expect(credentials).toEqual([
    {
      name: target.credential,
      kind: "certificate",
      health: "ok",
      createdOn: "2026-11-03T08:00:00.000Z",
      expiresOn: "2027-11-03T08:00:00.000Z",
      previousExpiresOn: "2027-11-02T08:00:00.000Z",
      inUse: true,
      problem: undefined,
    },
  ]);
});
