/** The local azure-native plugin against the embedded cloud's Resource Manager: configuration, resource groups, previews. */
import { fields, unknownValue } from "../../providers/base/values";
import { EmbeddedAzure, secret, urns } from "./embedded-azure";

const azure = new EmbeddedAzure();

test("configuration replies as the recorded plugin of the same base does, and keeps credentials secret", async () => {
  const { clientId, clientSecret, ...others } = azure.settings;
  const { inputs } = await azure.call("CheckConfig", { urn: urns.group, news: azure.settings });
  expect(inputs).toEqual({
    ...others,
    clientId: { ...secret, value: clientId },
    clientSecret: { ...secret, value: clientSecret },
  });
  await expect(azure.call("Configure", { args: { ...azure.settings, subscriptionId: "" } })).rejects.toThrow(
    "missing subscriptionId (ARM_SUBSCRIPTION_ID)",
  );
  expect(await azure.call("GetPluginInfo")).toEqual({ version: "3.28.0" });
});

test("getClientConfig tells who signed in", async () => {
  const { partner, deployer, subscription } = azure.seeds;
  expect(await azure.call("Invoke", { tok: "azure-native:authorization:getClientConfig" })).toEqual({
    return: {
      clientId: deployer.clientId,
      objectId: deployer.servicePrincipalId,
      subscriptionId: subscription.id,
      tenantId: partner.id,
    },
  });
});

test("a resource group is looked for, put, read back, and no drift shows", async () => {
  azure.asked();
  const { id, properties } = await azure.createGroup();
  expect(id).toBe(azure.groupId);
  expect(properties).toMatchObject({
    name: "rg",
    location: "westeurope",
    azureApiVersion: "2024-03-01",
    properties: { provisioningState: "Succeeded" },
  });
  const at = `${azure.groupId}?api-version=2024-03-01`;
  expect(azure.asked().slice(0, 3)).toEqual([`GET ${at}`, `PUT ${at}`, `GET ${at}`]);
  const [state, inputs] = [fields(properties), azure.groupInputs];
  const group = { urn: urns.group, id: azure.groupId };
  const found = await azure.call("Read", { ...group, properties: state, inputs });
  expect(found).toEqual({ id: azure.groupId, properties: state, inputs });
  const news = { ...inputs, location: "westeurope" };
  const diff = await azure.call("Diff", { ...group, olds: state, oldInputs: inputs, news });
  expect(diff).toMatchObject({ changes: "DIFF_NONE" });
});

test("what exists already is not created, and is imported with all that it tells", async () => {
  await azure.createGroup();
  await expect(azure.createGroup()).rejects.toMatchObject({
    message: `cannot create already existing resource '${azure.groupId}'`,
  });
  const { inputs } = await azure.call("Read", { urn: urns.group, id: azure.groupId });
  expect(inputs).toMatchObject({ resourceGroupName: "rg", location: "westeurope" });
});

test("deleting a resource group waits for the operation's end", async () => {
  await azure.createGroup();
  azure.asked();
  await azure.call("Delete", { urn: urns.group, id: azure.groupId });
  expect(azure.asked()).toEqual([
    `DELETE ${azure.groupId}?api-version=2024-03-01`,
    expect.stringContaining("GET /subscriptions/"),
  ]);
  expect(await azure.call("Read", { urn: urns.group, id: azure.groupId })).toEqual({});
});

test("a preview leaves open what only Azure knows, and an update keeps name and location", async () => {
  const inputs = azure.vaultInputs();
  const created = await azure.call("Create", { urn: urns.vault, properties: inputs, preview: true });
  expect(fields(created["properties"])).toMatchObject({
    id: unknownValue,
    name: unknownValue,
    properties: { vaultUri: unknownValue, enableRbacAuthorization: true },
  });
  const olds = { ...inputs, name: "kv-local", location: "westeurope" };
  const existing = { urn: urns.vault, id: azure.vaultId, olds, oldInputs: inputs };
  const updated = await azure.call("Update", { ...existing, news: inputs, preview: true });
  expect(fields(updated["properties"])).toMatchObject({ name: "kv-local", id: unknownValue });
});

test("a name is needed: the local plugin makes up none, and Check does not mind", async () => {
  const properties = { location: "westeurope" };
  expect(await azure.call("Check", { urn: urns.group, news: properties })).toEqual({
    inputs: { ...properties, azureApiVersion: "2024-03-01" },
  });
  await expect(azure.call("Create", { urn: urns.group, properties, preview: true })).rejects.toThrow(
    "makes up no names: set resourceGroupName",
  );
});

test("a type of the real plugin that the local one lacks is refused with the list", async () => {
  await expect(azure.call("Check", { urn: urns.unknown })).rejects.toThrow(
    "The local azure-native plugin has no resource type azure-native:network:VirtualNetwork. It has: azure-native:storage:BlobContainer, ",
  );
});
