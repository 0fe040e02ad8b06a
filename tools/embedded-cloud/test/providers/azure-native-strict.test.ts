/**
 * Cases in which the stand-in for azure-native was less strict than the real plugin: refreshes that fail, changes that count, and its
 * requests to Azure.
 */
import { fields, items, text } from "../../providers/base/values";
import { EmbeddedAzure, urns } from "./embedded-azure";

const azure = new EmbeddedAzure();

async function withVault(): Promise<void> {
  await azure.createGroup();
  await azure.createVault();
}

test("what somebody set and the program does not declare is taken out again, false, 0 and empty ones too", async () => {
  await azure.createGroup();
  const state = await azure.createVault();
  await azure.resourceManager("PATCH", azure.vaultId, { properties: { enabledForTemplateDeployment: false } });
  const inputs = azure.vaultInputs();
  const read = await azure.call("Read", { urn: urns.vault, id: azure.vaultId, properties: state, inputs });
  const oldInputs = fields(read["inputs"]);
  expect(oldInputs["properties"]).toMatchObject({ enabledForTemplateDeployment: false });
  const diff = { urn: urns.vault, id: azure.vaultId, olds: fields(read["properties"]), oldInputs, news: inputs };
  expect((await azure.call("Diff", diff))["detailedDiff"]).toEqual({
    "properties.enabledForTemplateDeployment": { kind: "DELETE", inputDiff: true },
  });
});

test("of a list that somebody changed each element counts: those that are as before keep the program's spelling", async () => {
  await azure.createGroup();
  const rules = (...values: string[]) => ({
    networkAcls: { bypass: "None", defaultAction: "Deny", ipRules: values.map((value) => ({ value })) },
  });
  const state = await azure.createVault(rules("203.0.113.4"));
  await azure.resourceManager("PATCH", azure.vaultId, { properties: rules("203.0.113.4", "198.51.100.7") });
  const { networkAcls } = await azure.refreshVault(state, azure.vaultInputs(rules("203.0.113.4")));
  expect(items(fields(networkAcls)["ipRules"])).toEqual([{ value: "203.0.113.4" }, { value: "198.51.100.7/32" }]);
});

test("an undeclared object that changed goes into the inputs as a whole", async () => {
  await azure.createGroup();
  const state = await azure.createVault({ networkAcls: { bypass: "None", defaultAction: "Allow" } });
  await azure.resourceManager("PATCH", azure.vaultId, {
    properties: { networkAcls: { bypass: "None", defaultAction: "Deny" } },
  });
  expect((await azure.refreshVault(state))["networkAcls"]).toEqual({
    ...{ bypass: "None", defaultAction: "Deny", ipRules: [], virtualNetworkRules: [] },
  });
});

test("an update goes to the provider's subscription, whatever the id in state says", async () => {
  await azure.createGroup();
  azure.asked();
  const id = azure.groupId.replace(azure.seeds.subscription.id, "0d1c2b3a-1111-4222-8333-444455556666");
  const news = { ...azure.groupInputs, tags: { team: "partner" } };
  await azure.call("Update", { urn: urns.group, id, oldInputs: azure.groupInputs, news });
  expect(azure.asked()[0]).toBe(`PUT ${azure.groupId}?api-version=2024-03-01`);
});

test("a vault's place and a role's details are no replacement: they are sent, and Azure refuses them", async () => {
  await withVault();
  const moved = { ...azure.vaultInputs(), location: "northeurope" };
  const vault = { urn: urns.vault, id: azure.vaultId, oldInputs: azure.vaultInputs(), news: moved };
  expect(await azure.call("Diff", vault)).not.toHaveProperty("replaces");
  await expect(azure.call("Update", vault)).rejects.toThrow(
    /Status=409 Code="InvalidResourceLocation" Message="The resource .* already exists in location/u,
  );
  const { inputs, id } = await azure.assignReader();
  const officer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
  const other = String(inputs["roleDefinitionId"]).replace(/[^/]+$/u, officer);
  const role = { urn: urns.assignment, id, oldInputs: inputs, news: { ...inputs, roleDefinitionId: other } };
  expect(await azure.call("Diff", role)).not.toHaveProperty("replaces");
  await expect(azure.call("Update", role)).rejects.toThrow('Code="RoleAssignmentUpdateNotPermitted"');
});

test("a group's name in other capitals is the same group", async () => {
  const news = { ...azure.vaultInputs(), resourceGroupName: "RG" };
  const diff = { urn: urns.vault, id: azure.vaultId, oldInputs: azure.vaultInputs(), news };
  expect(await azure.call("Diff", diff)).toMatchObject({ changes: "DIFF_NONE" });
});

test("Check lets unknown keys pass, fills in the API version, and knows the patterns of names", async () => {
  const news = { ...azure.vaultInputs(), colour: "red" };
  expect(await azure.call("Check", { urn: urns.vault, news })).toEqual({
    inputs: { ...news, azureApiVersion: "2026-02-01" },
  });
  const wrong = { ...azure.vaultInputs(), vaultName: "kv_local" };
  expect((await azure.call("Check", { urn: urns.vault, news: wrong }))["failures"]).toEqual([
    { property: "", reason: "'vaultName' does not match expression '^[a-zA-Z0-9-]{3,24}$'" },
  ]);
  expect((await azure.call("Check", { urn: urns.vault, news: azure.groupInputs }))["failures"]).toEqual([
    { property: "", reason: "missing required property 'properties'" },
  ]);
});

test("a resource provider that nobody registered is registered on the way", async () => {
  await azure.createGroup();
  azure.subscription.conditions = { unregistered: ["Microsoft.KeyVault"] };
  await azure.createVault();
  expect(azure.subscription.conditions).toEqual({});
});

describe("a diagnostic setting", () => {
  const logs = [{ categoryGroup: "audit", enabled: true }];

  async function withSetting() {
    await withVault();
    const inputs = { name: "audit", resourceUri: azure.vaultId, workspaceId: await azure.createWorkspace(), logs };
    const { id, properties } = await azure.call("Create", { urn: urns.diagnostics, properties: inputs });
    return { inputs, id: text(id ?? null), properties: fields(properties ?? null) };
  }

  test("has the id that Azure Monitor gives it, and of what it answers only a change is drift", async () => {
    const { inputs, id, properties } = await withSetting();
    expect(id).toBe(`${azure.vaultId}/providers/microsoft.insights/diagnosticSettings/audit`);
    expect(properties).toMatchObject({
      type: "Microsoft.Insights/diagnosticSettings",
      workspaceId: inputs.workspaceId,
    });
    expect(properties).not.toHaveProperty("resourceUri");
    const existing = { urn: urns.diagnostics, id, properties, inputs };
    expect((await azure.call("Read", existing))["inputs"]).toEqual(inputs);
    const off = { workspaceId: inputs.workspaceId, logs: [{ categoryGroup: "audit", enabled: false }] };
    await azure.resourceManager("PUT", id.replace("microsoft.insights", "Microsoft.Insights"), { properties: off });
    const read = await azure.call("Read", existing);
    expect(read["inputs"]).toEqual({ ...inputs, logs: [{ categoryGroup: "audit", enabled: false }] });
    const [olds, oldInputs] = [fields(read["properties"]), fields(read["inputs"])];
    const diff = { urn: urns.diagnostics, id, olds, oldInputs, news: inputs };
    expect((await azure.call("Diff", diff))["detailedDiff"]).toEqual({
      "logs[0].enabled": { kind: "UPDATE", inputDiff: true },
    });
    await azure.call("Delete", { urn: urns.diagnostics, id });
    expect(await azure.call("Read", existing)).toEqual({});
  });

  test("that came back with its vault is not made again: the plugin refuses what is there already", async () => {
    const { inputs } = await withSetting();
    await azure.call("Delete", { urn: urns.vault, id: azure.vaultId });
    await azure.createVault({ createMode: "recover" });
    await expect(azure.call("Create", { urn: urns.diagnostics, properties: inputs })).rejects.toThrow(
      "cannot create already existing resource",
    );
  });

  test("with another name or vault is another one; the namespace is registered on the way", async () => {
    azure.subscription.conditions = { unregistered: ["Microsoft.Insights"] };
    const { inputs, id } = await withSetting();
    expect(azure.subscription.conditions).toEqual({});
    const news = { ...inputs, name: "other", storageAccountId: "elsewhere" };
    const diff = { urn: urns.diagnostics, id, oldInputs: inputs, news };
    expect(await azure.call("Diff", diff)).toMatchObject({ replaces: ["name"] });
  });
});

test("a vault is there once its name is, and a group is gone once Azure says so", async () => {
  await azure.createGroup();
  azure.subscription.conditions = { groupDeletion: 120_000 };
  azure.asked();
  await azure.call("Delete", { urn: urns.group, id: azure.groupId });
  expect(azure.asked().length).toBeGreaterThan(3);
  expect(await azure.call("Read", { urn: urns.group, id: azure.groupId })).toEqual({});
});

test("a vault is made, read, changed and deleted by its type's version, which is an input; one that the plugin does not have fails in Check", async () => {
  await azure.createGroup();
  await azure.dayIs("2027-03-01");
  azure.asked();
  const inputs = azure.vaultInputs();
  const { properties } = await azure.call("Create", { urn: urns.vault, properties: inputs });
  const id = azure.vaultId;
  await azure.call("Read", { urn: urns.vault, id, properties: fields(properties ?? null), inputs });
  await azure.call("Update", { urn: urns.vault, id, oldInputs: inputs, news: { ...inputs, tags: { a: "b" } } });
  await azure.call("Delete", { urn: urns.vault, id });
  expect(azure.asked().filter((one) => !one.endsWith("?api-version=2026-02-01"))).toEqual([]);
  const unknown = urns.vault.replace("/v20260201", "");
  await expect(azure.call("Check", { urn: unknown, news: inputs })).rejects.toThrow(
    "has no resource type azure-native:keyvault:Vault",
  );
});
