import type { Emulator } from "../../local/emulator/emulator";
import { type Answer, type Ask } from "./support/callers";
import {
  askResourceManager,
  assign,
  createVault,
  groupPath,
  ROLES,
  subscriptionPath,
  VAULT,
  vaultBody,
  vaultPath,
} from "./support/azure";
import { startEmulator } from "./support/emulator";

const DAY = 24 * 60 * 60 * 1000;

let emulator: Emulator;
let ask: Ask;

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(async () => {
  emulator.reset();
  ask = await askResourceManager(emulator);
  await ask("PUT", groupPath(emulator), { location: "westeurope" });
});

afterAll(async () => {
  await emulator.close();
});

const refusal = ({ status, body }: Answer): [number, string] => [
  status,
  (body as { error: { code: string } }).error.code,
];

const put = (properties: object = {}): Promise<Answer> =>
  ask("PUT", vaultPath(emulator), vaultBody(emulator, properties));

const deletedPath = (): string =>
  `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/${VAULT}`;

test("a vault: every default, and its own address", async () => {
  const { status, body } = await put();
  expect(status).toBe(200);
  expect(body).toEqual({
    id: vaultPath(emulator),
    name: VAULT,
    type: "Microsoft.KeyVault/vaults",
    location: "westeurope",
    tags: {},
    properties: {
      tenantId: emulator.seeds.partner.id,
      sku: { family: "A", name: "standard" },
      accessPolicies: [],
      enabledForDeployment: false,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      enableRbacAuthorization: true,
      publicNetworkAccess: "Enabled",
      provisioningState: "Succeeded",
      vaultUri: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/$/) as string,
    },
  });
  expect((await ask("GET", vaultPath(emulator))).body).toEqual(body);
  expect((await ask("GET", `${groupPath(emulator)}/providers/Microsoft.KeyVault/vaults`)).body).toEqual({
    value: [body],
  });
  expect((await ask("GET", `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault/vaults`)).body).toEqual({
    value: [body],
  });
});

test.each(["kv", "1vault", "vault-", "a--b", "x".repeat(25), "under_score"])(
  "the vault name %s is refused",
  async (name) => {
    const answer = await ask("PUT", vaultPath(emulator, name), vaultBody(emulator));
    expect(refusal(answer)).toEqual([400, "VaultNameNotValid"]);
    const check = `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault/checkNameAvailability`;
    expect((await ask("POST", check, { name, type: "Microsoft.KeyVault/vaults" })).body).toMatchObject({
      nameAvailable: false,
      reason: "AccountNameInvalid",
    });
  },
);

test.each([
  ["too short a retention", { softDeleteRetentionInDays: 6 }],
  ["too long a retention", { softDeleteRetentionInDays: 91 }],
  ["an unknown tier", { sku: { family: "A", name: "gold" } }],
  ["an address that is none", { networkAcls: { defaultAction: "Deny", ipRules: [{ value: "300.0.0.1/99" }] } }],
  ["a property there is not", { flavour: "mint" }],
])("a vault with %s is refused", async (_, properties) => {
  expect(refusal(await put(properties))).toEqual([400, "InvalidRequestContent"]);
});

test("purge protection and retention are for good", async () => {
  await put({ enablePurgeProtection: true, softDeleteRetentionInDays: 7 });
  const off = await ask("PATCH", vaultPath(emulator), { properties: { enablePurgeProtection: false } });
  expect(off).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "BadRequest",
        message:
          'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
      },
    },
  });
  expect(refusal(await put({ enablePurgeProtection: false }))).toEqual([400, "BadRequest"]);
  expect(refusal(await put({ softDeleteRetentionInDays: 8 }))).toEqual([400, "BadRequest"]);
  expect((await put()).body).toMatchObject({
    properties: { enablePurgeProtection: true, softDeleteRetentionInDays: 7 },
  });
});

test("a change keeps what it does not name; another PUT returns it to its default", async () => {
  await put({ networkAcls: { defaultAction: "Deny", ipRules: [{ value: "127.0.0.1" }] } });
  const patched = await ask("PATCH", vaultPath(emulator), {
    tags: { a: "b" },
    properties: { enabledForDeployment: true },
  });
  expect(patched.body).toMatchObject({
    tags: { a: "b" },
    properties: { enabledForDeployment: true, networkAcls: { ipRules: [{ value: "127.0.0.1/32" }] } },
  });
  const { properties } = (await put()).body as { properties: object };
  expect(properties).toMatchObject({ enabledForDeployment: false });
  expect(properties).not.toHaveProperty("networkAcls");
});

test("a deleted vault keeps its name until it is recovered, with its secrets but without its role assignments", async () => {
  const { body: before } = await put();
  await ask("PUT", `${vaultPath(emulator)}/secrets/token`, { properties: { value: "kept" } });
  await assign(emulator, ask, vaultPath(emulator), ROLES.secretsOfficer);
  expect((await ask("DELETE", vaultPath(emulator))).status).toBe(200);
  expect((await ask("DELETE", vaultPath(emulator))).status).toBe(204);
  expect(refusal(await ask("GET", vaultPath(emulator)))).toEqual([404, "ResourceNotFound"]);
  expect(refusal(await put())).toEqual([409, "ConflictError"]);
  const check = `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault/checkNameAvailability`;
  const question = { name: VAULT, type: "Microsoft.KeyVault/vaults" };
  expect((await ask("POST", check, question)).body).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
  expect((await put({ createMode: "recover" })).body).toEqual(before);
  expect((await ask("GET", `${vaultPath(emulator)}/secrets/token`)).status).toBe(200);
  const assignments = await ask("GET", `${vaultPath(emulator)}/providers/Microsoft.Authorization/roleAssignments`);
  expect(assignments.body).toMatchObject({ value: [{ name: emulator.seeds.deployer.ownerAssignment }] });
});

test("there is nothing to recover where nothing was deleted", async () => {
  expect(refusal(await put({ createMode: "recover" }))).toEqual([404, "DeletedVaultNotFound"]);
});

test("a vault name is taken in the whole cloud", async () => {
  await put();
  await ask("PUT", groupPath(emulator, "rg-other"), { location: "westeurope" });
  const elsewhere = await ask("PUT", vaultPath(emulator, VAULT.toUpperCase(), "rg-other"), vaultBody(emulator));
  expect(refusal(elsewhere)).toEqual([409, "VaultAlreadyExists"]);
});

test("a deleted vault can be purged, unless it is protected; then only time does", async () => {
  await put();
  await ask("DELETE", vaultPath(emulator));
  expect((await ask("GET", deletedPath())).body).toMatchObject({ properties: { purgeProtectionEnabled: false } });
  expect((await ask("POST", `${deletedPath()}/purge`)).status).toBe(202);
  expect(refusal(await ask("GET", deletedPath()))).toEqual([404, "DeletedVaultNotFound"]);
  await put({ enablePurgeProtection: true, softDeleteRetentionInDays: 7 });
  await ask("DELETE", vaultPath(emulator));
  expect(refusal(await ask("POST", `${deletedPath()}/purge`))).toEqual([405, "MethodNotAllowed"]);
  emulator.clock.advance(7 * DAY);
  ask = await askResourceManager(emulator);
  expect(refusal(await ask("GET", deletedPath()))).toEqual([404, "DeletedVaultNotFound"]);
  expect((await put()).status).toBe(200);
});

test("a vault recreated keeps its address", async () => {
  const first = await createVault(emulator, ask);
  await ask("DELETE", vaultPath(emulator));
  await ask("POST", `${deletedPath()}/purge`);
  expect(await createVault(emulator, ask)).toBe(first);
});

test("a secret through the control plane: a new version each time, its value never shown", async () => {
  const origin = await createVault(emulator, ask);
  const path = `${vaultPath(emulator)}/secrets/client-secret`;
  const request = {
    tags: { by: "test" },
    properties: { value: "hidden", contentType: "text/plain", attributes: { exp: 4102444800 } },
  };
  const first = (await ask("PUT", path, request)).body as { properties: Record<string, unknown> };
  expect(first).toMatchObject({
    id: path,
    name: "client-secret",
    type: "Microsoft.KeyVault/vaults/secrets",
    tags: { by: "test" },
    properties: {
      attributes: { enabled: true, exp: 4102444800 },
      contentType: "text/plain",
      secretUri: `${origin}/secrets/client-secret`,
    },
  });
  const second = (await ask("PUT", path, request)).body as { properties: Record<string, unknown> };
  expect(second.properties["secretUriWithVersion"]).not.toBe(first.properties["secretUriWithVersion"]);
  const read = await ask("GET", path);
  expect(read.body).toEqual(second);
  expect(JSON.stringify([first, second, read.body])).not.toContain("hidden");
  expect(refusal(await ask("PUT", `${vaultPath(emulator)}/secrets/under_score`, request))).toEqual([
    400,
    "BadParameter",
  ]);
});
