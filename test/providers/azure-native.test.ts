/** The local azure-native plugin against the embedded cloud's Resource Manager. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createEmulator, type Emulator } from "../../local/emulator/emulator";
import { azureNativePlugin } from "../../local/providers/azure-native/plugin";
import type { ResourceManager } from "../../local/providers/azure-native/resource-manager";
import { fields, text, UNKNOWN, type Values } from "../../local/providers/base/values";
import { open, type Door } from "./plugin-door";

const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const urn = (type: string): string => `urn:pulumi:dev::p::azure-native:${type}::x`;
const GROUP = urn("resources:ResourceGroup");
const VAULT = urn("keyvault:Vault");
const KEY_VAULT_SECRET = urn("keyvault:Secret");
const ASSIGNMENT = urn("authorization:RoleAssignment");

let directory: string;
let emulator: Emulator;
let door: Door;
const trusted = getCACertificates("default");

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "azure-native-"));
  emulator = await createEmulator({ directory, roleAssignmentDelay: 0 });
  setDefaultCACertificates([...trusted, await readFile(emulator.caFile, "utf8")]);
});

afterAll(async () => {
  setDefaultCACertificates(trusted);
  await emulator.close();
  await rm(directory, { recursive: true });
});

const settings = (): Values => {
  const { partner, deployer, subscription } = emulator.seeds;
  const { clientId, clientSecret } = deployer;
  const metadataHost = new URL(emulator.url).host;
  return { metadataHost, tenantId: partner.id, clientId, clientSecret, subscriptionId: subscription.id };
};

beforeEach(async () => {
  emulator.reset();
  door = await open<ResourceManager>(azureNativePlugin({ environment: {}, sleep: () => Promise.resolve() }));
  await door.call("Configure", { args: settings() });
});

afterEach(() => {
  door.close();
});

const inGroup = (): string => `/subscriptions/${emulator.seeds.subscription.id}/resourceGroups/rg`;
const vaultId = (): string => `${inGroup()}/providers/Microsoft.KeyVault/vaults/kv-local`;

const groupInputs = { resourceGroupName: "rg", location: "West Europe" };
const vaultInputs = (more: Values = {}): Values => ({
  resourceGroupName: "rg",
  vaultName: "kv-local",
  location: "West Europe",
  properties: {
    tenantId: emulator.seeds.partner.id,
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: true,
    enablePurgeProtection: true,
    softDeleteRetentionInDays: 90,
    ...more,
  },
});

const createGroup = (): Promise<Values> => door.call("Create", { urn: GROUP, properties: groupInputs });
const createVault = (more: Values = {}): Promise<Values> =>
  door.call("Create", { urn: VAULT, properties: vaultInputs(more) });

/** What the plugin asked of Resource Manager since the last look: method and path. */
function asked(): string[] {
  const all = emulator.requests.entries();
  emulator.requests.clear();
  return all.filter(({ service }) => service === "resourceManager").map((one) => `${one.method} ${one.path}`);
}

test("configuration replies as the recorded plugin of the same base does, and keeps credentials secret", async () => {
  const { clientId, clientSecret, ...others } = settings();
  const { inputs } = await door.call("CheckConfig", { urn: urn("x:X"), news: settings() });
  expect(inputs).toEqual({
    ...others,
    clientId: { ...SECRET, value: clientId },
    clientSecret: { ...SECRET, value: clientSecret },
  });
  await expect(door.call("Configure", { args: { ...settings(), subscriptionId: "" } })).rejects.toThrow(
    "missing subscriptionId (ARM_SUBSCRIPTION_ID)",
  );
  expect(await door.call("GetPluginInfo")).toEqual({ version: "3.28.0" });
});

test("getClientConfig tells who signed in", async () => {
  const { partner, deployer, subscription } = emulator.seeds;
  expect(await door.call("Invoke", { tok: "azure-native:authorization:getClientConfig" })).toEqual({
    return: {
      clientId: deployer.clientId,
      objectId: deployer.servicePrincipalId,
      subscriptionId: subscription.id,
      tenantId: partner.id,
    },
  });
});

test("a resource group is looked for, put, read back, and no drift shows", async () => {
  asked();
  const { id, properties } = await createGroup();
  expect(id).toBe(inGroup());
  expect(properties).toMatchObject({
    name: "rg",
    location: "westeurope",
    azureApiVersion: "2024-03-01",
    properties: { provisioningState: "Succeeded" },
  });
  const [look, put, back] = asked();
  const at = `${inGroup()}?api-version=2024-03-01`;
  expect([look, put, back]).toEqual([`GET ${at}`, `PUT ${at}`, `GET ${at}`]);
  const state = fields(properties);
  const found = await door.call("Read", { urn: GROUP, id: inGroup(), properties: state, inputs: groupInputs });
  expect(found).toEqual({ id: inGroup(), properties: state, inputs: groupInputs });
  expect(
    await door.call("Diff", {
      urn: GROUP,
      id: inGroup(),
      olds: state,
      oldInputs: groupInputs,
      news: { ...groupInputs, location: "westeurope" },
    }),
  ).toMatchObject({ changes: "DIFF_NONE" });
});

test("what exists already is not created, and is imported with all that it tells", async () => {
  await createGroup();
  await expect(createGroup()).rejects.toMatchObject({
    message: `cannot create already existing resource '${inGroup()}'`,
  });
  const { inputs } = await door.call("Read", { urn: GROUP, id: inGroup() });
  expect(inputs).toMatchObject({ resourceGroupName: "rg", location: "westeurope" });
});

test("a vault is created, changed and soft-deleted; its name is only taken again by recovery", async () => {
  await createGroup();
  const { id, properties } = await createVault();
  expect(id).toBe(vaultId());
  const state = fields(properties);
  expect(fields(state["properties"])).toMatchObject({
    vaultUri: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/$/) as unknown,
    accessPolicies: [],
  });

  const news = { ...vaultInputs(), tags: { team: "partner" } };
  const updated = await door.call("Update", { urn: VAULT, id: vaultId(), olds: state, oldInputs: vaultInputs(), news });
  expect(fields(updated["properties"])["tags"]).toEqual({ team: "partner" });

  await door.call("Delete", { urn: VAULT, id: vaultId(), properties: state, oldInputs: news });
  expect(await door.call("Read", { urn: VAULT, id: vaultId(), properties: state, inputs: news })).toEqual({});
  await expect(createVault()).rejects.toThrow(
    'Status=409 Code="ConflictError" Message="A vault with the same name already exists in deleted state.',
  );
  const recovered = await createVault({ createMode: "recover" });
  expect(fields(fields(recovered["properties"])["properties"])["vaultUri"]).toBe(
    fields(state["properties"])["vaultUri"],
  );
});

test("drift of a vault reaches its inputs, and what Azure filled in does not", async () => {
  await createGroup();
  const { properties } = await createVault();
  const state = fields(properties);
  const before = {
    ...state,
    properties: { ...fields(state["properties"]), softDeleteRetentionInDays: 30, enabledForDeployment: true },
  };
  const inputs = vaultInputs({ softDeleteRetentionInDays: 30 });
  const found = await door.call("Read", { urn: VAULT, id: vaultId(), properties: before, inputs });
  expect(fields(fields(found["inputs"])["properties"])).toMatchObject({ softDeleteRetentionInDays: 90 });
  const diff = await door.call("Diff", {
    urn: VAULT,
    id: vaultId(),
    olds: fields(found["properties"]),
    oldInputs: fields(found["inputs"]),
    news: inputs,
  });
  expect(fields(diff["detailedDiff"])["properties.softDeleteRetentionInDays"]).toEqual({
    kind: "UPDATE",
    inputDiff: true,
  });
});

test.each([
  ["vaultName", "kv-other"],
  ["resourceGroupName", "other"],
  ["location", "northeurope"],
])("another %s replaces a vault, the old one first", async (name, value) => {
  const diff = await door.call("Diff", {
    urn: VAULT,
    id: vaultId(),
    oldInputs: vaultInputs(),
    news: { ...vaultInputs(), [name]: value },
  });
  expect(diff).toMatchObject({ changes: "DIFF_SOME", replaces: [name], deleteBeforeReplace: true });
});

test("a secret goes in, comes back without its value, and is a secret in what the engine keeps", async () => {
  await createGroup();
  await createVault();
  const news = {
    resourceGroupName: "rg",
    vaultName: "kv-local",
    secretName: "s",
    properties: { value: "hidden", contentType: "text/plain", attributes: { expires: 1893456000 } },
  };
  const { inputs } = await door.call("Check", { urn: KEY_VAULT_SECRET, news });
  expect(fields(fields(inputs)["properties"])["value"]).toEqual({ ...SECRET, value: "hidden" });
  const { id, properties } = await door.call("Create", { urn: KEY_VAULT_SECRET, properties: news });
  expect(id).toBe(`${vaultId()}/secrets/s`);
  expect(JSON.stringify(properties)).not.toContain("hidden");
  expect(fields(fields(properties)["properties"])).toMatchObject({
    contentType: "text/plain",
    attributes: { expires: 1893456000, enabled: true },
    secretUri: expect.stringContaining("/secrets/s") as unknown,
  });
  const found = await door.call("Read", {
    urn: KEY_VAULT_SECRET,
    id: `${vaultId()}/secrets/s`,
    properties: fields(properties),
    inputs: news,
  });
  expect(fields(fields(found["inputs"])["properties"])["value"]).toEqual({ ...SECRET, value: "hidden" });
  const diff = await door.call("Diff", {
    urn: KEY_VAULT_SECRET,
    id: "x",
    olds: fields(properties),
    oldInputs: news,
    news,
  });
  expect(diff).toMatchObject({ changes: "DIFF_NONE" });
});

test("a secret is never deleted: the real plugin would ask the public host", async () => {
  asked();
  const answer = door.call("Delete", { urn: KEY_VAULT_SECRET, id: `${vaultId()}/secrets/s` });
  await expect(answer).rejects.toThrow("Set retainOnDelete: true on the secret");
  expect(asked()).toEqual([]);
});

test("a role assignment is flat, is found again, and goes with its vault", async () => {
  await createGroup();
  await createVault();
  const roleAssignmentName = "0f5b1d0e-6b4c-4f5a-9d3e-2a1b0c9d8e7f";
  const { id: subscriptionId } = emulator.seeds.subscription;
  const inputs = {
    roleAssignmentName,
    scope: vaultId(),
    principalId: emulator.seeds.deployer.servicePrincipalId,
    principalType: "ServicePrincipal",
    roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_USER}`,
  };
  const { id, properties } = await door.call("Create", { urn: ASSIGNMENT, properties: inputs });
  expect(id).toBe(`${vaultId()}/providers/Microsoft.Authorization/roleAssignments/${roleAssignmentName}`);
  expect(properties).toMatchObject({
    name: roleAssignmentName,
    principalId: inputs.principalId,
    scope: inputs.scope,
    roleDefinitionId: inputs.roleDefinitionId,
  });
  const existing = { urn: ASSIGNMENT, id: text(id), properties: fields(properties) };
  expect((await door.call("Read", { ...existing, inputs }))["inputs"]).toEqual(inputs);
  const news = { ...inputs, principalId: UNKNOWN };
  expect(await door.call("Diff", { ...existing, oldInputs: inputs, news })).toMatchObject({
    replaces: ["principalId"],
  });
  await door.call("Delete", { ...existing, oldInputs: inputs });
  await door.call("Delete", { ...existing, oldInputs: inputs });
  expect(await door.call("Read", { ...existing, inputs })).toEqual({});
});

test("deleting a resource group waits for the operation's end", async () => {
  await createGroup();
  asked();
  await door.call("Delete", { urn: GROUP, id: inGroup() });
  expect(asked()).toEqual([
    `DELETE ${inGroup()}?api-version=2024-03-01`,
    expect.stringContaining("GET /subscriptions/"),
  ]);
  expect(await door.call("Read", { urn: GROUP, id: inGroup() })).toEqual({});
});

test("a preview leaves open what only Azure knows, and an update keeps name and location", async () => {
  const inputs = vaultInputs();
  const created = await door.call("Create", { urn: VAULT, properties: inputs, preview: true });
  expect(fields(created["properties"])).toMatchObject({
    id: UNKNOWN,
    name: UNKNOWN,
    properties: { vaultUri: UNKNOWN, enableRbacAuthorization: true },
  });
  const olds = { ...inputs, name: "kv-local", location: "westeurope" };
  const updated = await door.call("Update", {
    urn: VAULT,
    id: vaultId(),
    olds,
    oldInputs: inputs,
    news: inputs,
    preview: true,
  });
  expect(fields(updated["properties"])).toMatchObject({ name: "kv-local", id: UNKNOWN });
});

test("a name is needed: the local plugin makes up none, and Check does not mind", async () => {
  const properties = { location: "westeurope" };
  expect(await door.call("Check", { urn: GROUP, news: properties })).toEqual({ inputs: properties });
  await expect(door.call("Create", { urn: GROUP, properties, preview: true })).rejects.toThrow(
    "makes up no names: set resourceGroupName",
  );
});

test("a type of the real plugin that the local one lacks is refused with the list", async () => {
  await expect(door.call("Check", { urn: urn("storage:StorageAccount") })).rejects.toThrow(
    "The local azure-native plugin has no resource type azure-native:storage:StorageAccount. It has: azure-native:resources:ResourceGroup, ",
  );
});
