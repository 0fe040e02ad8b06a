/** Deleting, recovering and purging secrets, with the unmodified Azure SDK. */
import type { SecretClient } from "@azure/keyvault-secrets";
import { assign, createVault, resourceManagerOf, roleIds, vaultForEach, vaultPath } from "../../testing/azure";
import { emulatorForEach, stopClock } from "../../testing/emulator";
import { all, refusalOf, vaultClient } from "../../testing/vault-client";

const day = 24 * 60 * 60 * 1000;
const poll = { intervalInMs: 1 };

// A recovery is over half a second later, and on a busy machine a request takes longer.
const emulator = emulatorForEach(stopClock);
const resourceManager = resourceManagerOf(emulator);
const vault = vaultForEach(emulator);
let client: SecretClient;
beforeEach(() => {
  client = vaultClient(emulator, vault.origin);
});
afterEach(() => jest.restoreAllMocks());

test("a deleted secret: gone, its name taken, recovered with every version, writable a moment later", async () => {
  await client.setSecret("token", "one");
  await client.setSecret("token", "two");
  const deleted = await (await client.beginDeleteSecret("token", poll)).pollUntilDone();
  expect(deleted.recoveryId).toBe(`${vault.origin}/deletedsecrets/token`);
  expect(Number(deleted.scheduledPurgeDate) - Number(deleted.deletedOn)).toBe(90 * day);
  expect(await refusalOf(client.getSecret("token"))).toEqual([404, "SecretNotFound", undefined]);
  expect(await all(client.listPropertiesOfSecrets())).toEqual([]);
  expect(await all(client.listDeletedSecrets())).toMatchObject([{ name: "token" }]);
  expect(await refusalOf(client.setSecret("token", "three"))).toEqual([
    409,
    "Conflict",
    "ObjectIsDeletedButRecoverable",
  ]);
  await (await client.beginRecoverDeletedSecret("token", poll)).pollUntilDone();
  expect(await client.getSecret("token")).toMatchObject({ value: "two" });
  expect(await refusalOf(client.setSecret("token", "three"))).toEqual([409, "Conflict", "ObjectIsBeingRecovered"]);
  emulator.clock.advance(1000);
  await client.setSecret("token", "three");
  expect(await all(client.listPropertiesOfSecretVersions("token"))).toHaveLength(3);
});

test("a deleted secret can be purged, unless the vault is protected; then only time does", async () => {
  await client.setSecret("token", "one");
  await client.beginDeleteSecret("token", poll);
  await client.purgeDeletedSecret("token");
  expect(await refusalOf(client.getDeletedSecret("token"))).toEqual([404, "SecretNotFound", undefined]);
  emulator.reset();
  await createVault(emulator, resourceManager, { enablePurgeProtection: true, softDeleteRetentionInDays: 7 });
  await assign(emulator, resourceManager, vaultPath(emulator), roleIds.vaultAdministrator);
  const { properties } = await client.setSecret("token", "one");
  expect(properties).toMatchObject({ recoveryLevel: "CustomizedRecoverable", recoverableDays: 7 });
  await client.beginDeleteSecret("token", poll);
  expect((await refusalOf(client.purgeDeletedSecret("token"))).slice(0, 2)).toEqual([403, "Forbidden"]);
  emulator.clock.advance(7 * day);
  expect((await vault.ask("GET", "/deletedsecrets/token")).status).toBe(404);
});

test("a recovered vault has its secrets at the same address", async () => {
  await client.setSecret("token", "one");
  await resourceManager("DELETE", vaultPath(emulator));
  expect((await refusalOf(client.getSecret("token"))).slice(0, 2)).toEqual([404, "VaultNotFound"]);
  const body = { location: "westeurope", properties: { createMode: "recover" } };
  await resourceManager("PUT", vaultPath(emulator), body);
  expect(await refusalOf(client.getSecret("token"))).toEqual([403, "Forbidden", "ForbiddenByRbac"]);
  await assign(emulator, resourceManager, vaultPath(emulator), roleIds.secretsUser);
  expect(await client.getSecret("token")).toMatchObject({ value: "one" });
});

test("what the control plane wrote, the data plane reads", async () => {
  await resourceManager("PUT", `${vaultPath(emulator)}/secrets/client-secret`, { properties: { value: "from-arm" } });
  expect(await client.getSecret("client-secret")).toMatchObject({ value: "from-arm" });
  await client.beginDeleteSecret("client-secret", poll);
  const again = await resourceManager("PUT", `${vaultPath(emulator)}/secrets/client-secret`, {
    properties: { value: "x" },
  });
  expect(again).toMatchObject({ status: 409, body: { error: { code: "ObjectIsDeletedButRecoverable" } } });
});
