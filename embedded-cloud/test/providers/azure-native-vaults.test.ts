/** Vaults, their secrets and role assignments of the local azure-native plugin against the embedded cloud's Resource Manager. */
import { fields, text, unknownValue } from "../../providers/base/values";
import { EmbeddedAzure, urns } from "./embedded-azure";

const secretsUser = "4633458b-17de-408a-b874-0445c86b69e6";

let azure: EmbeddedAzure;

beforeAll(async () => {
  azure = await EmbeddedAzure.start();
});

beforeEach(() => azure.reset());

afterAll(() => azure.stop());

test("a vault is created, changed and soft-deleted; its name is only taken again by recovery", async () => {
  await azure.createGroup();
  const { id, properties } = await azure.createVault();
  expect(id).toBe(azure.vaultId);
  const state = fields(properties);
  expect(fields(state["properties"])).toMatchObject({
    vaultUri: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/$/) as unknown,
    accessPolicies: [],
  });

  const news = { ...azure.vaultInputs(), tags: { team: "partner" } };
  const updated = await azure.call("Update", {
    urn: urns.vault,
    id: azure.vaultId,
    olds: state,
    oldInputs: azure.vaultInputs(),
    news,
  });
  expect(fields(updated["properties"])["tags"]).toEqual({ team: "partner" });

  await azure.call("Delete", { urn: urns.vault, id: azure.vaultId, properties: state, oldInputs: news });
  expect(await azure.call("Read", { urn: urns.vault, id: azure.vaultId, properties: state, inputs: news })).toEqual({});
  await expect(azure.createVault()).rejects.toThrow(
    'Status=409 Code="ConflictError" Message="A vault with the same name already exists in deleted state.',
  );
  const recovered = await azure.createVault({ createMode: "recover" });
  expect(fields(fields(recovered["properties"])["properties"])["vaultUri"]).toBe(
    fields(state["properties"])["vaultUri"],
  );
});

test("access policies that the program does not declare are kept, and are no drift", async () => {
  await azure.createGroup();
  const policy = {
    tenantId: azure.seeds.partner.id,
    objectId: azure.seeds.deployer.servicePrincipalId,
    permissions: { secrets: ["get"] },
  };
  const { properties } = await azure.createVault({ accessPolicies: [policy] });
  const inputs = azure.vaultInputs();
  const existing = { urn: urns.vault, id: azure.vaultId, oldInputs: inputs };
  const news = { ...inputs, tags: { team: "partner" } };
  const updated = await azure.call("Update", { ...existing, olds: fields(properties), news });
  const state = fields(updated["properties"]);
  expect(fields(state["properties"])["accessPolicies"]).toMatchObject([policy]);
  const before = { ...state, properties: { ...fields(state["properties"]), accessPolicies: [] } };
  expect((await azure.call("Read", { ...existing, properties: before, inputs: news }))["inputs"]).toEqual(news);
});

test("drift of a vault reaches its inputs, and what Azure filled in does not", async () => {
  await azure.createGroup();
  const { properties } = await azure.createVault();
  const state = fields(properties);
  const before = {
    ...state,
    properties: { ...fields(state["properties"]), softDeleteRetentionInDays: 30, enabledForDeployment: true },
  };
  const inputs = azure.vaultInputs({ softDeleteRetentionInDays: 30 });
  const found = await azure.call("Read", { urn: urns.vault, id: azure.vaultId, properties: before, inputs });
  expect(fields(fields(found["inputs"])["properties"])).toMatchObject({ softDeleteRetentionInDays: 90 });
  const diff = await azure.call("Diff", {
    urn: urns.vault,
    id: azure.vaultId,
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
])("another %s replaces a vault, the old one first", async (name, value) => {
  const diff = await azure.call("Diff", {
    urn: urns.vault,
    id: azure.vaultId,
    oldInputs: azure.vaultInputs(),
    news: { ...azure.vaultInputs(), [name]: value },
  });
  expect(diff).toMatchObject({ changes: "DIFF_SOME", replaces: [name], deleteBeforeReplace: true });
});

test("a secret goes in, and comes back without its value; only the program's own mark keeps it secret", async () => {
  await azure.createGroup();
  await azure.createVault();
  const news = {
    resourceGroupName: "rg",
    vaultName: "kv-local",
    secretName: "s",
    properties: { value: "hidden", contentType: "text/plain", attributes: { expires: 1893456000 } },
  };
  const { inputs } = await azure.call("Check", { urn: urns.secret, news });
  expect(fields(fields(inputs)["properties"])["value"]).toBe("hidden");
  const { id, properties } = await azure.call("Create", { urn: urns.secret, properties: news });
  expect(id).toBe(`${azure.vaultId}/secrets/s`);
  expect(JSON.stringify(properties)).not.toContain("hidden");
  expect(fields(fields(properties)["properties"])).toMatchObject({
    contentType: "text/plain",
    attributes: { expires: 1893456000, enabled: true },
    secretUri: expect.stringContaining("/secrets/s") as unknown,
  });
  const found = await azure.call("Read", {
    urn: urns.secret,
    id: `${azure.vaultId}/secrets/s`,
    properties: fields(properties),
    inputs: news,
  });
  expect(fields(fields(found["inputs"])["properties"])["value"]).toBe("hidden");
  const diff = await azure.call("Diff", {
    urn: urns.secret,
    id: "x",
    olds: fields(properties),
    oldInputs: news,
    news,
  });
  expect(diff).toMatchObject({ changes: "DIFF_NONE" });
});

test("a role assignment is flat, is found again, and goes with its vault", async () => {
  await azure.createGroup();
  await azure.createVault();
  const roleAssignmentName = "0f5b1d0e-6b4c-4f5a-9d3e-2a1b0c9d8e7f";
  const { id: subscriptionId } = azure.seeds.subscription;
  const inputs = {
    roleAssignmentName,
    scope: azure.vaultId,
    principalId: azure.seeds.deployer.servicePrincipalId,
    principalType: "ServicePrincipal",
    roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${secretsUser}`,
  };
  const { id, properties } = await azure.call("Create", { urn: urns.assignment, properties: inputs });
  expect(id).toBe(`${azure.vaultId}/providers/Microsoft.Authorization/roleAssignments/${roleAssignmentName}`);
  expect(properties).toMatchObject({
    name: roleAssignmentName,
    principalId: inputs.principalId,
    scope: inputs.scope,
    roleDefinitionId: inputs.roleDefinitionId,
  });
  const existing = { urn: urns.assignment, id: text(id), properties: fields(properties) };
  expect((await azure.call("Read", { ...existing, inputs }))["inputs"]).toEqual(inputs);
  const news = { ...inputs, principalId: unknownValue };
  expect(await azure.call("Diff", { ...existing, oldInputs: inputs, news })).toMatchObject({
    replaces: ["principalId"],
  });
  await azure.call("Delete", { ...existing, oldInputs: inputs });
  await azure.call("Delete", { ...existing, oldInputs: inputs });
  expect(await azure.call("Read", { ...existing, inputs })).toEqual({});
});
