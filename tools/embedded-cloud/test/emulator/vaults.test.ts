import { type Answer, codeOf } from "../../testing/callers";
import {
  createVault,
  groupPath,
  resourceManagerOf,
  subscriptionPath,
  vaultName,
  vaultBody,
  vaultPath,
} from "../../testing/azure";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();
const ask = resourceManagerOf(emulator);
beforeEach(() => ask("PUT", groupPath(emulator), { location: "westeurope" }));

const put = (properties: object = {}): Promise<Answer> =>
  ask("PUT", vaultPath(emulator), vaultBody(emulator, properties));

test("a vault: every default, and its own address", async () => {
  const { status, body } = await put();
  expect(status).toBe(200);
  expect(body).toEqual({
    id: vaultPath(emulator),
    name: vaultName,
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
    expect(codeOf(answer)).toEqual([400, "VaultNameNotValid"]);
    const check = `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault/checkNameAvailability`;
    expect((await ask("POST", check, { name, type: "Microsoft.KeyVault/vaults" })).body).toMatchObject({
      nameAvailable: false,
      reason: "AccountNameInvalid",
    });
  },
);

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
  expect(codeOf(await put({ enablePurgeProtection: false }))).toEqual([400, "BadRequest"]);
  expect(codeOf(await put({ softDeleteRetentionInDays: 8 }))).toEqual([400, "BadRequest"]);
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

test("a vault name is taken in the whole cloud", async () => {
  await put();
  await ask("PUT", groupPath(emulator, "rg-other"), { location: "westeurope" });
  const elsewhere = await ask("PUT", vaultPath(emulator, vaultName.toUpperCase(), "rg-other"), vaultBody(emulator));
  expect(codeOf(elsewhere)).toEqual([409, "VaultAlreadyExists"]);
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
});
