/** The vault's secrets, as the unmodified Azure SDK sees them. */
import { ClientSecretCredential } from "@azure/identity";
import { SecretClient, type SecretProperties } from "@azure/keyvault-secrets";
import type { Emulator } from "../../local/emulator/emulator";
import { askResourceManager, assign, createVault, ROLES, vaultPath } from "./support/azure";
import { askAs, type Ask } from "./support/callers";
import { startEmulator } from "./support/emulator";

const DAY = 24 * 60 * 60 * 1000;
const POLL = { intervalInMs: 1 };

let emulator: Emulator;
let resourceManager: Ask;
let origin: string;
let client: SecretClient;

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(async () => {
  emulator.reset();
  await open();
});

afterAll(async () => {
  await emulator.close();
});

async function open(properties: object = {}): Promise<void> {
  resourceManager = await askResourceManager(emulator);
  origin = await createVault(emulator, resourceManager, properties);
  await assign(emulator, resourceManager, vaultPath(emulator), ROLES.vaultAdministrator);
  const { partner, deployer } = emulator.seeds;
  const credential = new ClientSecretCredential(partner.id, deployer.clientId, deployer.clientSecret, {
    authorityHost: emulator.url,
    disableInstanceDiscovery: true,
  });
  client = new SecretClient(origin, credential, {
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries: 0 },
  });
}

/** How the SDK reports a refusal. */
async function refusal(attempt: Promise<unknown>): Promise<unknown[]> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { statusCode, code, details } = error as {
    statusCode: number;
    code: string;
    details: { error: { innerError?: { code: string } } };
  };
  return [statusCode, code, details.error.innerError?.code];
}

async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of iterable) found.push(item);
  return found;
}

test("a secret: set, got whole, each set a new version", async () => {
  const expiresOn = new Date("2099-01-01T00:00:00Z");
  const notBefore = new Date("2020-01-01T00:00:00Z");
  const options = { contentType: "text/plain", tags: { a: "b" }, expiresOn, notBefore };
  const first = await client.setSecret("token", "one", options);
  const second = await client.setSecret("token", "two");
  expect(first.properties).toMatchObject({
    ...options,
    enabled: true,
    recoverableDays: 90,
    recoveryLevel: "Recoverable+Purgeable",
    id: `${origin}/secrets/token/${first.properties.version}`,
  });
  expect(first.properties.version).toMatch(/^[0-9a-f]{32}$/);
  expect(await client.getSecret("token")).toMatchObject({
    value: "two",
    properties: { version: second.properties.version },
  });
  const old = await client.getSecret("TOKEN", { version: first.properties.version ?? "" });
  expect(old).toMatchObject({ name: "token", value: "one", properties: { contentType: "text/plain" } });
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
  expect(await refusal(client.getSecret("token"))).toEqual([403, "Forbidden", "SecretDisabled"]);
  expect(await client.getSecret("token", { version: old.version ?? "" })).toMatchObject({ value: "one" });
  const versions = await all(client.listPropertiesOfSecretVersions("token"));
  const byVersion = Object.fromEntries(versions.map(({ version, enabled }) => [version, enabled]));
  expect(byVersion).toEqual({ [old.version ?? ""]: true, [newest.version ?? ""]: false });
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

test("a deleted secret: gone, its name taken, recovered with every version, writable a moment later", async () => {
  await client.setSecret("token", "one");
  await client.setSecret("token", "two");
  const { properties } = await (await client.beginDeleteSecret("token", POLL)).pollUntilDone();
  expect(properties.recoveryId).toBe(`${origin}/deletedsecrets/token`);
  expect(Number(properties.scheduledPurgeDate) - Number(properties.deletedOn)).toBe(90 * DAY);
  expect(await refusal(client.getSecret("token"))).toEqual([404, "SecretNotFound", undefined]);
  expect(await all(client.listPropertiesOfSecrets())).toEqual([]);
  expect(await all(client.listDeletedSecrets())).toMatchObject([{ name: "token" }]);
  expect(await refusal(client.setSecret("token", "three"))).toEqual([409, "Conflict", "ObjectIsDeletedButRecoverable"]);
  await (await client.beginRecoverDeletedSecret("token", POLL)).pollUntilDone();
  expect(await client.getSecret("token")).toMatchObject({ value: "two" });
  expect(await refusal(client.setSecret("token", "three"))).toEqual([409, "Conflict", "ObjectIsBeingRecovered"]);
  emulator.clock.advance(1000);
  await client.setSecret("token", "three");
  expect(await all(client.listPropertiesOfSecretVersions("token"))).toHaveLength(3);
});

test("a deleted secret can be purged, unless the vault is protected; then only time does", async () => {
  await client.setSecret("token", "one");
  await client.beginDeleteSecret("token", POLL);
  await client.purgeDeletedSecret("token");
  expect(await refusal(client.getDeletedSecret("token"))).toEqual([404, "SecretNotFound", undefined]);
  emulator.reset();
  await open({ enablePurgeProtection: true, softDeleteRetentionInDays: 7 });
  const { properties } = await client.setSecret("token", "one");
  expect(properties).toMatchObject({ recoveryLevel: "CustomizedRecoverable", recoverableDays: 7 });
  await client.beginDeleteSecret("token", POLL);
  expect((await refusal(client.purgeDeletedSecret("token"))).slice(0, 2)).toEqual([403, "Forbidden"]);
  emulator.clock.advance(7 * DAY);
  const ask = await askAs(emulator, origin);
  expect((await ask("GET", "/deletedsecrets/token?api-version=7.5")).status).toBe(404);
});

test.each([
  ["a name with an underscore", "under_score", "x", {}],
  ["a value over 25 KB", "token", "x".repeat(25 * 1024 + 1), {}],
  [
    "more than 15 tags",
    "token",
    "x",
    { tags: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`t${n}`, "x"])) },
  ],
])("%s is refused, and the value not repeated", async (_, name, value, options) => {
  const attempt = client.setSecret(name, value, options);
  const message = await attempt.catch((error: unknown) => (error as Error).message);
  expect(message).not.toContain("xxxx");
  expect(await refusal(attempt)).toEqual([400, "BadParameter", undefined]);
});

test("the largest value and every control character survive", async () => {
  const value = '\u0000\n"é€'.padEnd(24_000, "y");
  await client.setSecret("token", value);
  expect((await client.getSecret("token")).value).toBe(value);
});

test("a recovered vault has its secrets at the same address", async () => {
  await client.setSecret("token", "one");
  await resourceManager("DELETE", vaultPath(emulator));
  expect((await refusal(client.getSecret("token"))).slice(0, 2)).toEqual([404, "VaultNotFound"]);
  const body = { location: "westeurope", properties: { createMode: "recover" } };
  await resourceManager("PUT", vaultPath(emulator), body);
  expect(await refusal(client.getSecret("token"))).toEqual([403, "Forbidden", "ForbiddenByRbac"]);
  await assign(emulator, resourceManager, vaultPath(emulator), ROLES.secretsUser);
  expect(await client.getSecret("token")).toMatchObject({ value: "one" });
});

test("what the control plane wrote, the data plane reads", async () => {
  await resourceManager("PUT", `${vaultPath(emulator)}/secrets/client-secret`, { properties: { value: "from-arm" } });
  expect(await client.getSecret("client-secret")).toMatchObject({ value: "from-arm" });
  await client.beginDeleteSecret("client-secret", POLL);
  const again = await resourceManager("PUT", `${vaultPath(emulator)}/secrets/client-secret`, {
    properties: { value: "x" },
  });
  expect(again).toMatchObject({ status: 409, body: { error: { code: "ObjectIsDeletedButRecoverable" } } });
});

test("backups are not served, and the refusal says so", async () => {
  await client.setSecret("token", "one");
  expect(await refusal(client.backupSecret("token"))).toEqual([501, "NotImplemented", undefined]);
});
