/** azure-native:storage:BlobServiceProperties: exists with its account, and is never created or deleted. */
import type { Properties, Property } from "../base/plugin";
import { fields } from "../base/values";
import { armResource, only } from "./arm-resource";
import { accountIdOf, accountInputsFromId, accountProperties, storageApiVersion } from "./storage-ids";

const retention: Property = {
  type: "object",
  properties: {
    allowPermanentDelete: { type: "boolean" },
    days: { type: "number" },
    enabled: { type: "boolean" },
  },
};

const bodyProperties: Properties = {
  containerDeleteRetentionPolicy: retention,
  deleteRetentionPolicy: retention,
  isVersioningEnabled: { type: "boolean" },
};

export const blobServiceProperties = armResource({
  token: "azure-native:storage:BlobServiceProperties",
  apiVersion: storageApiVersion,
  properties: { ...accountProperties, ...bodyProperties, blobServicesName: { type: "string" } },
  outputs: ["name", "sku", "type"],
  replaceOn: ["accountName", "blobServicesName", "resourceGroupName"],
  nameInput: "blobServicesName",
  idOf: (inputs, account) => `${accountIdOf(inputs, account)}/blobServices/default`,
  inputsFromId: (id) => ({ ...accountInputsFromId(id), blobServicesName: "default" }),
  bodyOf: (inputs) => ({ properties: only(inputs, ...Object.keys(bodyProperties)) }),
  outputsOf: (found) => ({
    ...only(found, "id", "name", "sku", "type"),
    ...only(fields(found["properties"]), ...Object.keys(bodyProperties), "cors"),
  }),
  lastingBody: { properties: {} },
});
