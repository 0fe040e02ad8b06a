/** azure-native:storage:BlobContainer. */
import type { Properties } from "../base/plugin";
import { fields, text } from "../base/values";
import { armResource, only } from "./arm-resource";
import { accountIdOf, accountInputsFromId, accountProperties, storageApiVersion } from "./storage-ids";

const bodyProperties: Properties = { metadata: { type: "map" }, publicAccess: { type: "string" } };

const outputNames = [
  ...["defaultEncryptionScope", "deleted", "denyEncryptionScopeOverride", "hasImmutabilityPolicy", "hasLegalHold"],
  ...["lastModifiedTime", "leaseState", "leaseStatus", "remainingRetentionDays"],
];

export const blobContainer = armResource({
  token: "azure-native:storage:BlobContainer",
  apiVersion: storageApiVersion,
  properties: { ...accountProperties, ...bodyProperties, containerName: { type: "string" } },
  outputs: ["etag", "name", "type", ...outputNames],
  replaceOn: ["accountName", "containerName", "resourceGroupName"],
  nameInput: "containerName",
  idOf: (inputs, account) =>
    `${accountIdOf(inputs, account)}/blobServices/default/containers/${encodeURIComponent(text(inputs["containerName"]))}`,
  inputsFromId: (id) => ({ ...accountInputsFromId(id), containerName: decodeURIComponent(id.split("/")[12] ?? "") }),
  bodyOf: (inputs) => ({ properties: only(inputs, ...Object.keys(bodyProperties)) }),
  outputsOf: (found) => ({
    ...only(found, "etag", "id", "name", "type"),
    ...only(fields(found["properties"]), ...Object.keys(bodyProperties), ...outputNames),
  }),
});
