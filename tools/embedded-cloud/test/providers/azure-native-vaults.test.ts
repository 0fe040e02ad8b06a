/** Vaults and role assignments of the local azure-native plugin against the embedded cloud's Resource Manager. */
import { fields, unknownValue } from "../../providers/base/values";
import { EmbeddedAzure, urns } from "./embedded-azure";

const azure = new EmbeddedAzure();

test("a vault is created, changed and soft-deleted; its name is only taken again by recovery", async () => {
  await azure.createGroup();
  const state = await azure.createVault();
  expect(state["id"]).toBe(azure.vaultId);
  expect(fields(state["properties"])).toMatchObject({
    vaultUri: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/$/) as unknown,
    accessPolicies: [],
  });

  const oldInputs = azure.vaultInputs();
  const news = { ...oldInputs, tags: { team: "partner" } };
  const updated = await azure.call("Update", { urn: urns.vault, id: azure.vaultId, olds: state, oldInputs, news });
  expect(fields(updated["properties"])["tags"]).toEqual({ team: "partner" });

  await azure.call("Delete", { urn: urns.vault, id: azure.vaultId, properties: state, oldInputs: news });
  expect(await azure.call("Read", { urn: urns.vault, id: azure.vaultId, properties: state, inputs: news })).toEqual({});
  await expect(azure.createVault()).rejects.toThrow(
    'Status=409 Code="ConflictError" Message="A vault with the same name already exists in deleted state.',
  );
  const recovered = await azure.createVault({ createMode: "recover" });
  expect(fields(recovered["properties"])["vaultUri"]).toBe(fields(state["properties"])["vaultUri"]);
});

test("access policies that the program does not declare are kept, and are no drift", async () => {
  await azure.createGroup();
  const policy = {
    tenantId: azure.seeds.partner.id,
    objectId: azure.seeds.deployer.servicePrincipalId,
    permissions: { secrets: ["get"] },
  };
  const olds = await azure.createVault({ accessPolicies: [policy] });
  const inputs = azure.vaultInputs();
  const existing = { urn: urns.vault, id: azure.vaultId, oldInputs: inputs };
  const news = { ...inputs, tags: { team: "partner" } };
  const updated = await azure.call("Update", { ...existing, olds, news });
  const state = fields(updated["properties"]);
  expect(fields(state["properties"])["accessPolicies"]).toMatchObject([policy]);
  const before = { ...state, properties: { ...fields(state["properties"]), accessPolicies: [] } };
  expect((await azure.call("Read", { ...existing, properties: before, inputs: news }))["inputs"]).toEqual(news);
});

test("drift of a vault reaches its inputs, and what Azure filled in does not", async () => {
  await azure.createGroup();
  const state = await azure.createVault();
  const before = {
    ...state,
    properties: { ...fields(state["properties"]), softDeleteRetentionInDays: 30, enabledForDeployment: true },
  };
  const inputs = azure.vaultInputs({ softDeleteRetentionInDays: 30 });
  const found = await azure.call("Read", { urn: urns.vault, id: azure.vaultId, properties: before, inputs });
  expect(fields(fields(found["inputs"])["properties"])).toMatchObject({ softDeleteRetentionInDays: 90 });
  const [olds, oldInputs] = [fields(found["properties"]), fields(found["inputs"])];
  const diff = await azure.call("Diff", { urn: urns.vault, id: azure.vaultId, olds, oldInputs, news: inputs });
  expect(fields(diff["detailedDiff"])["properties.softDeleteRetentionInDays"]).toEqual({
    kind: "UPDATE",
    inputDiff: true,
  });
});

test.each([
  ["vaultName", "kv-other"],
  ["resourceGroupName", "other"],
])("another %s replaces a vault, the old one first", async (name, value) => {
  const [oldInputs, news] = [azure.vaultInputs(), { ...azure.vaultInputs(), [name]: value }];
  const diff = await azure.call("Diff", { urn: urns.vault, id: azure.vaultId, oldInputs, news });
  expect(diff).toMatchObject({ changes: "DIFF_SOME", replaces: [name], deleteBeforeReplace: true });
});

test("a role assignment is flat, is found again, and goes with its vault", async () => {
  await azure.createGroup();
  await azure.createVault();
  const { id, inputs, properties } = await azure.assignReader();
  expect(id).toBe(
    `${azure.vaultId}/providers/Microsoft.Authorization/roleAssignments/${inputs["roleAssignmentName"] ?? ""}`,
  );
  const { roleAssignmentName: name = "", principalType, ...others } = inputs;
  expect(principalType).toBe("ServicePrincipal");
  expect(properties).toMatchObject({ name, ...others });
  const existing = { urn: urns.assignment, id, properties };
  expect((await azure.call("Read", { ...existing, inputs }))["inputs"]).toEqual(inputs);
  const news = { ...inputs, principalId: unknownValue };
  expect(await azure.call("Diff", { ...existing, oldInputs: inputs, news })).toMatchObject({
    replaces: ["principalId"],
  });
  await azure.call("Delete", { ...existing, oldInputs: inputs });
  await azure.call("Delete", { ...existing, oldInputs: inputs });
  expect(await azure.call("Read", { ...existing, inputs })).toEqual({});
});
