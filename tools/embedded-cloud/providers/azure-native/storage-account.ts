/** azure-native:storage:StorageAccount. */
import type { Properties } from "../base/plugin";
import { fields, text, type Values } from "../base/values";
import { armResource, only } from "./arm-resource";
import { matching } from "./check";
import { locationProperty } from "./locations";
import { accountIdOf, accountInputsFromId, storageApiVersion } from "./storage-ids";
import { groupNameProperty } from "./vault-ids";

const bodyProperties: Properties = {
  accessTier: { type: "string" },
  allowBlobPublicAccess: { type: "boolean" },
  allowCrossTenantReplication: { type: "boolean" },
  allowSharedKeyAccess: { type: "boolean" },
  defaultToOAuthAuthentication: { type: "boolean" },
  isLocalUserEnabled: { type: "boolean" },
  minimumTlsVersion: { type: "string" },
  publicNetworkAccess: { type: "string" },
};
/** The SDK uses only these names. */
const renamed = { enableHttpsTrafficOnly: "supportsHttpsTrafficOnly", networkRuleSet: "networkAcls" };

const outputNames = ["creationTime", "keyCreationTime", "primaryEndpoints", "primaryLocation"];
const stateNames = ["privateEndpointConnections", "provisioningState", "statusOfPrimary"];

export const storageAccount = armResource({
  token: "azure-native:storage:StorageAccount",
  apiVersion: storageApiVersion,
  properties: {
    ...bodyProperties,
    accountName: {
      type: "string",
      problem: (value, name) => tooShortOrLong(text(value), name) ?? matching(/^[a-z0-9]+$/)(value, name),
    },
    enableHttpsTrafficOnly: { type: "boolean" },
    kind: { type: "string", required: true },
    location: locationProperty,
    networkRuleSet: { type: "map", refused: "The local azure-native plugin sets no network rules." },
    resourceGroupName: { ...groupNameProperty, required: true },
    sku: { type: "object", required: true, properties: { name: { type: "string", required: true } } },
    tags: { type: "map" },
  },
  outputs: ["name", "type", ...outputNames, ...stateNames],
  replaceOn: ["accountName", "resourceGroupName"],
  nameInput: "accountName",
  idOf: accountIdOf,
  inputsFromId: accountInputsFromId,
  bodyOf: (inputs) => ({
    ...only(inputs, "kind", "location", "sku", "tags"),
    properties: {
      ...only(inputs, ...Object.keys(bodyProperties)),
      ...named(inputs, Object.entries(renamed)),
    },
  }),
  outputsOf: (found) => {
    const properties = fields(found["properties"]);
    return {
      ...only(found, "id", "kind", "location", "name", "sku", "tags", "type"),
      ...only(properties, ...Object.keys(bodyProperties), ...outputNames, ...stateNames),
      ...named(
        properties,
        Object.entries(renamed).map(([input, property]) => [property, input]),
      ),
    };
  },
});

/** Values under other names. @param names from, to */
function named(values: Values, names: [string, string][]): Values {
  return Object.fromEntries(names.flatMap(([from, to]) => (from in values ? [[to, values[from] ?? null]] : [])));
}

function tooShortOrLong(name: string, property: string): string | undefined {
  if (name.length < 3) return `'${property}' is too short (${name.length} < 3)`;
  return name.length > 24 ? `'${property}' is too long (${name.length} > 24)` : undefined;
}
