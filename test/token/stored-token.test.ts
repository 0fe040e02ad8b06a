import { isGuid } from "../../lib/config/limits";
import { readToken, requireAccount, type StoredToken, tenantInName, tokenNames } from "../../lib/token/stored-token";
import { clouds } from "../../lib/config/clouds";
import { ForeignTokenError } from "../../lib/token/errors";
import { ownCommand, run } from "../../lib/errors/failure";
import { jwt } from "../oauth/fake-entra";
import { MemoryVault, tags, target, version } from "./fixtures";

const secret = { value: "the secret", contentType: "text/plain", tags: {} };

test.each([
  ["aaaaaaaa-1111-4222-8333-444444444444", true],
  ["AAAAAAAA-1111-4222-8333-444444444444", true],
  ["aaaaaaaa-1111-4222-8333-44444444444", false],
  ["aaaaaaaa-1111-4222-8333-444444444444/x", false],
  ["partner.example", false],
])("%s is a GUID: %s", (text, expected) => {
  expect([isGuid(text), tenantInName(`refresh-token-${text}`)]).toEqual([expected, expected ? text : undefined]);
});

test("the tokens of a vault are what carries a tenant in its name, in order", async () => {
  const vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z"));
  const other = "refresh-token-00000000-1111-4222-8333-444444444444";
  for (const name of ["refresh-token-notes", "client-credential-x", other]) await vault.store(name, secret);
  expect(await tokenNames(vault.asVault)).toEqual([other, target.refreshTokenName]);
});

const applicationOf = ({ credential }: StoredToken) => credential.use((one) => Promise.resolve(one));

test("a token is read with the credential that it names, a version of it as well", async () => {
  const vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z"), version("v2", "2026-11-02T08:00:00Z"));
  await vault.store(target.credential, secret);
  const found = await readToken(clouds.AzureCloud, vault.asVault, target.refreshTokenName, { version: "v1" });
  expect([found.tags, found.refreshToken, await applicationOf(found)]).toEqual([
    tags,
    "value of v1",
    { tenantId: target.tenantId, clientId: target.clientId, clientSecret: "the secret" },
  ]);
});

describe("a token whose tags the vault listed", () => {
  const first = version("v1", "2026-11-01T08:00:00Z");
  const read = async (vault: MemoryVault, listed: Record<string, string>) => {
    const found = await readToken(clouds.AzureCloud, vault.asVault, target.refreshTokenName, { listed });
    const { tags: own, refreshToken } = found;
    return { tags: own, refreshToken, application: await applicationOf(found) };
  };
  const application = { tenantId: target.tenantId, clientId: target.clientId, clientSecret: "the secret" };

  test("is read at once with the credential that they name", async () => {
    const vault = MemoryVault.withSecret(first);
    const isSecretAsked = Promise.withResolvers<undefined>();
    const usual = vault.read.bind(vault);
    vault.read = async (name, id) => {
      if (name === target.credential) isSecretAsked.resolve(undefined);
      else await isSecretAsked.promise;
      return await usual(name, id);
    };
    expect(await read(vault, tags)).toEqual({ tags, refreshToken: "value of v1", application });
  }, 5000);

  test.each(["client-credential-00000001", "client-credential-00000002"])(
    "and has others by now is redeemed with what its own name: %s was listed",
    async (old) => {
      const vault = MemoryVault.withSecret(first);
      await vault.store("client-credential-00000001", { ...secret, value: "the old secret" });
      vault.calls.length = 0;
      const found = await read(vault, { ...tags, credential: old });
      expect(found).toEqual({ tags, refreshToken: "value of v1", application });
      const names = [old, target.refreshTokenName, target.credential];
      expect(vault.calls.filter((call) => call.startsWith("read "))).toEqual(names.map((name) => `read ${name}`));
    },
  );

  test("and that is refused is refused in the token's own words, whatever becomes of the credential", async () => {
    const foreign = version("v1", "2026-11-01T08:00:00Z", { tags: { ...tags, tenant: "attacker.example" } });
    await expect(read(new MemoryVault(foreign), tags)).rejects.toThrow("point elsewhere: tenant");
  });
});

test("a credential that is not there is missed by the name of the token whose tags name it", async () => {
  const vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z"));
  const found = await readToken(clouds.AzureCloud, vault.asVault, target.refreshTokenName);
  await expect(applicationOf(found)).rejects.toThrow(
    `The credential ${target.credential}, which the tags of ${target.refreshTokenName} name, is not there in ${target.vaultUri}.`,
  );
});

test.each([
  ["is the tags' own account's", jwt({ oid: tags.account.toUpperCase(), upn: "renamed@partner.example" })],
  ["names no account", jwt({ aud: "x" })],
  ["cannot be read", "opaque-canary"],
])("an access token that %s is taken", (_, accessToken) => {
  expect(() => {
    requireAccount(tags, accessToken);
  }).not.toThrow();
});

test.each([
  ["alice@partner.example", { upn: "alice@partner.example" }],
  ["somebody", {}],
])("an access token of %s under our tags is refused by name", (name, claims) => {
  expect(() => {
    requireAccount(tags, jwt({ oid: "somebody", ...claims }));
  }).toThrow(
    new ForeignTokenError(
      `The token in ${target.refreshTokenName} belongs to ${name}, but its tags name svc@partner.example.`,
      run("Find out who wrote it, then consent again", ownCommand("consent", "--force")),
    ),
  );
});
