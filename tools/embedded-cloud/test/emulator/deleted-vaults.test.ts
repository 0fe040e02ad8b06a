import { type Answer, codeOf } from "../../testing/callers";
import {
  assign,
  createVault,
  groupPath,
  resourceManagerOf,
  roleIds,
  subscriptionPath,
  vaultName,
  vaultBody,
  vaultPath,
} from "../../testing/azure";
import { emulatorForEach } from "../../testing/emulator";

const day = 24 * 60 * 60 * 1000;

const emulator = emulatorForEach();
const ask = resourceManagerOf(emulator);
beforeEach(() => ask("PUT", groupPath(emulator), { location: "westeurope" }));

const put = (properties: object = {}): Promise<Answer> =>
  ask("PUT", vaultPath(emulator), vaultBody(emulator, properties));

const deletedPath = (): string =>
  `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/${vaultName}`;

test("a deleted vault keeps its name until it is recovered, with its secrets but without its role assignments", async () => {
  const { body: before } = await put();
  await ask("PUT", `${vaultPath(emulator)}/secrets/token`, { properties: { value: "kept" } });
  await assign(emulator, ask, vaultPath(emulator), roleIds.secretsOfficer);
  expect((await ask("DELETE", vaultPath(emulator))).status).toBe(200);
  expect((await ask("DELETE", vaultPath(emulator))).status).toBe(204);
  expect(codeOf(await ask("GET", vaultPath(emulator)))).toEqual([404, "ResourceNotFound"]);
  expect(codeOf(await put())).toEqual([409, "ConflictError"]);
  const check = `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault/checkNameAvailability`;
  const question = { name: vaultName, type: "Microsoft.KeyVault/vaults" };
  expect((await ask("POST", check, question)).body).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
  expect((await put({ createMode: "recover" })).body).toEqual(before);
  expect((await ask("GET", `${vaultPath(emulator)}/secrets/token`)).status).toBe(200);
  const assignments = await ask("GET", `${vaultPath(emulator)}/providers/Microsoft.Authorization/roleAssignments`);
  expect(assignments.body).toMatchObject({ value: [{ name: emulator.seeds.deployer.ownerAssignment }] });
});

test("there is nothing to recover where nothing was deleted", async () => {
  expect(codeOf(await put({ createMode: "recover" }))).toEqual([404, "DeletedVaultNotFound"]);
});

test("a deleted vault can be purged, unless it is protected; then only time does", async () => {
  await put();
  await ask("DELETE", vaultPath(emulator));
  expect((await ask("GET", deletedPath())).body).toMatchObject({ properties: { purgeProtectionEnabled: false } });
  expect((await ask("POST", `${deletedPath()}/purge`)).status).toBe(202);
  expect(codeOf(await ask("GET", deletedPath()))).toEqual([404, "DeletedVaultNotFound"]);
  await put({ enablePurgeProtection: true, softDeleteRetentionInDays: 7 });
  await ask("DELETE", vaultPath(emulator));
  expect(codeOf(await ask("POST", `${deletedPath()}/purge`))).toEqual([405, "MethodNotAllowed"]);
  emulator.clock.advance(7 * day);
  expect(codeOf(await ask("GET", deletedPath()))).toEqual([404, "DeletedVaultNotFound"]);
  expect((await put()).status).toBe(200);
});

test("a vault recreated keeps its address", async () => {
  const first = await createVault(emulator, ask);
  await ask("DELETE", vaultPath(emulator));
  await ask("POST", `${deletedPath()}/purge`);
  expect(await createVault(emulator, ask)).toBe(first);
});
