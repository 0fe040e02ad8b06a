/** azure-native:keyvault:Key. Resource Manager creates a key's first version; it changes and deletes none. */
import type { Property } from "../base/plugin";
import { fields, text } from "../base/values";
import { only } from "./arm-resource";
import { matching } from "./check";
import { createVersion, keyVaultResource } from "./key-vault-versions";
import { groupNameProperty, vaultIdOf, vaultInputsFromId } from "./vault-ids";

const string: Property = { type: "string" };
const outputNames = ["attributes", "curveName", "keyOps", "keySize", "keyUri", "keyUriWithVersion", "kty"];

export const key = keyVaultResource("Key", {
  properties: {
    keyName: { type: "string", problem: matching(/^[a-zA-Z0-9-]{1,127}$/) },
    properties: {
      type: "object",
      required: true,
      properties: {
        attributes: { type: "map" },
        curveName: string,
        keyOps: { type: "list", of: string },
        keySize: { type: "number" },
        kty: string,
      },
    },
    resourceGroupName: { ...groupNameProperty, required: true },
    tags: { type: "map" },
    vaultName: { type: "string", required: true, problem: matching(/^[a-zA-Z0-9-]{3,24}$/) },
  },
  outputs: ["location", "name", "type", ...outputNames],
  replaceOn: ["keyName", "resourceGroupName", "vaultName"],
  nameInput: "keyName",
  idOf: (inputs, account) => `${vaultIdOf(inputs, account)}/keys/${encodeURIComponent(text(inputs["keyName"]))}`,
  inputsFromId: (id) => ({ ...vaultInputsFromId(id), keyName: decodeURIComponent(id.split("/")[10] ?? "") }),
  bodyOf: (inputs) => only(inputs, "properties", "tags"),
  outputsOf: (found) => ({
    ...only(found, "id", "location", "name", "tags", "type"),
    ...only(fields(found["properties"]), ...outputNames),
  }),
  createVersion,
  createBy: async (_arm, _inputs, put) => await put(),
  deleteBy: () => Promise.reject(new Error("The local azure-native plugin deletes no keys: set retainOnDelete.")),
});
