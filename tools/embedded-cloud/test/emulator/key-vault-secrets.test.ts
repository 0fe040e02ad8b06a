/** The vault's secrets, with the unmodified Azure SDK. */
import type { SecretClient, SecretProperties } from "@azure/keyvault-secrets";
import { vaultForEach } from "../../testing/azure";
import { emulatorForEach } from "../../testing/emulator";
import { all, refusalOf, vaultClient } from "../../testing/vault-client";

const emulator = emulatorForEach();
const vault = vaultForEach(emulator);
let client: SecretClient;
beforeEach(() => {
  client = vaultClient(emulator, vault.origin);
});

test("a secret: set, got whole, each set a new version", async () => {
  const expiresOn = new Date("2035-01-01T00:00:00Z"); // the SDK writes 32-bit seconds: nothing after 2038
  const notBefore = new Date("2020-01-01T00:00:00Z");
  const options = { contentType: "text/plain", tags: { a: "b" }, expiresOn, notBefore };
  const first = await client.setSecret("token", "one", options);
  const second = await client.setSecret("token", "two");
  expect(first.properties).toMatchObject({
    ...options,
    enabled: true,
    recoverableDays: 90,
    recoveryLevel: "Recoverable+Purgeable",
    id: `${vault.origin}/secrets/token/${first.properties.version ?? ""}`,
  });
  expect(first.properties.version).toMatch(/^[0-9a-f]{32}$/);
  expect(await client.getSecret("token")).toMatchObject({
    value: "two",
    properties: { version: second.properties.version },
  });
  const old = await client.getSecret("TOKEN", { version: first.properties.version ?? "" });
  expect(old).toMatchObject({ name: "token", value: "one", properties: { contentType: "text/plain" } });
});

test("a change without a version is one of the newest", async () => {
  const { properties: newest } = await client.setSecret("changed", "one");
  const changed = await client.updateSecretProperties("changed", "", { contentType: "text/plain" });
  expect(changed).toMatchObject({ version: newest.version, contentType: "text/plain" });
});

test("a version's attributes change, its value does not; tags are replaced as a whole", async () => {
  const { properties } = await client.setSecret("token", "one", { tags: { a: "b", c: "d" } });
  emulator.clock.advance(5000);
  const changed = await client.updateSecretProperties("token", properties.version ?? "", {
    tags: { e: "f" },
    contentType: "text/plain",
  });
  expect(changed).toMatchObject({ tags: { e: "f" }, contentType: "text/plain", enabled: true });
  expect(Number(changed.updatedOn) - Number(properties.updatedOn)).toBeGreaterThanOrEqual(5000);
  expect(changed.createdOn).toEqual(properties.createdOn);
  expect(await client.getSecret("token")).toMatchObject({ value: "one" });
});

test("a disabled newest version hides the secret; older versions are not fallen back to", async () => {
  const { properties: old } = await client.setSecret("token", "one");
  const { properties: newest } = await client.setSecret("token", "two");
  await client.updateSecretProperties("token", newest.version ?? "", { enabled: false });
  expect(await refusalOf(client.getSecret("token"))).toEqual([403, "Forbidden", "SecretDisabled"]);
  expect(await client.getSecret("token", { version: old.version ?? "" })).toMatchObject({ value: "one" });
  const versions = await all(client.listPropertiesOfSecretVersions("token"));
  const enabled = new Map(versions.map((properties) => [properties.version, properties.enabled]));
  expect(enabled).toEqual(
    new Map([
      [old.version, true],
      [newest.version, false],
    ]),
  );
});

test("an expired secret can still be read", async () => {
  await client.setSecret("token", "one", { expiresOn: new Date("2001-01-01T00:00:00Z") });
  expect(await client.getSecret("token")).toMatchObject({ value: "one" });
});

test("lists come in pages: names in order, versions in the order of their ids", async () => {
  for (let number = 0; number < 30; number += 1) await client.setSecret(`secret-${number}`, "x");
  const names = (await all(client.listPropertiesOfSecrets())).map(({ name }: SecretProperties) => name);
  expect(names).toHaveLength(30);
  expect(new Set(names).size).toBe(30);
  const pages = await all(client.listPropertiesOfSecrets().byPage({ maxPageSize: 12 }));
  expect(pages.map((page) => page.length)).toEqual([12, 12, 6]);
  for (let number = 0; number < 27; number += 1) await client.setSecret("token", "x");
  const versions = (await all(client.listPropertiesOfSecretVersions("token"))).map(({ version = "" }) => version);
  expect(versions).toHaveLength(27);
  expect(versions).toEqual(versions.toSorted());
});

test("the largest value and every control character survive", async () => {
  const value = '\u0000\n"é€'.padEnd(24_000, "y");
  await client.setSecret("token", value);
  expect((await client.getSecret("token")).value).toBe(value);
});
