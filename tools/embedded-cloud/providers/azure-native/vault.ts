/** azure-native:keyvault/v20260201:Vault. A deletion is soft: only `createMode: recover` can use the name again. */
import { fields, items, type Value, type Values } from "../base/values";
import { armResource, only } from "./arm-resource";
import { locationProperty } from "./locations";
import { matching } from "./check";
import { groupNameProperty, vaultIdOf, vaultInputsFromId } from "./vault-ids";
import { vaultProperties } from "./vault-properties";

/** Azure requires access policies even if the vault uses roles. */
function bodyOf(inputs: Values, accessPolicies: Value[] = []): Values {
  return { ...only(inputs, "location", "tags"), properties: { accessPolicies, ...fields(inputs["properties"]) } };
}

/** Access policies that the program does not declare belong to somebody else. */
const declaresPolicies = (inputs: Values): boolean => fields(inputs["properties"])["accessPolicies"] !== undefined;

export const vault = armResource({
  token: "azure-native:keyvault/v20260201:Vault",
  apiVersion: "2026-02-01",
  properties: {
    location: locationProperty,
    properties: { type: "object", required: true, properties: vaultProperties },
    resourceGroupName: { ...groupNameProperty, required: true },
    tags: { type: "map" },
    vaultName: { type: "string", problem: matching(/^[a-zA-Z0-9-]{3,24}$/) },
  },
  outputs: [
    "name",
    "properties.hsmPoolResourceId",
    "properties.privateEndpointConnections",
    "properties.provisioningState",
    "properties.vaultUri",
    "systemData",
    "type",
  ],
  replaceOn: ["resourceGroupName", "vaultName"],
  nameInput: "vaultName",
  idOf: vaultIdOf,
  inputsFromId: vaultInputsFromId,
  bodyOf,
  updateBodyOf: async (inputs, find) =>
    bodyOf(inputs, declaresPolicies(inputs) ? [] : items(fields((await find())["properties"])["accessPolicies"])),
  outputsOf: (found) => only(found, "id", "location", "name", "properties", "systemData", "tags", "type"),
  ignoresDrift: (inputs) => (declaresPolicies(inputs) ? [] : ["properties.accessPolicies"]),
});
