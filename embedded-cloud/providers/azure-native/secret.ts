/** azure-native:keyvault:Secret: its value is stored through Resource Manager, deleted in the vault. */
import { fields, text, type Values } from "../base/values";
import { only } from "./arm-resource";
import { matching } from "./check";
import { deleteSecret, putRecovering } from "./secret-data-plane";
import { createVersion, keyVaultResource } from "./key-vault-versions";
import { groupNameProperty, vaultIdOf, vaultInputsFromId } from "./vault-ids";

/** Resource Manager uses short names for two times. */
const attributesBody = ({ enabled = null, expires = null, notBefore = null }: Values): Values => ({
  enabled,
  exp: expires,
  nbf: notBefore,
});

const attributesOutputs = ({ exp = null, nbf = null, ...others }: Values): Values => ({
  ...others,
  expires: exp,
  notBefore: nbf,
});

/** The `properties` of a secret, with their attributes, if there are any, in the other form. */
function converted(secret: Values, convert: (attributes: Values) => Values): Values {
  const { attributes, ...others } = fields(secret["properties"]);
  return attributes === undefined ? others : { ...others, attributes: convert(fields(attributes)) };
}

export const secret = keyVaultResource("Secret", {
  properties: {
    properties: {
      type: "object",
      required: true,
      properties: {
        attributes: {
          type: "object",
          properties: { enabled: { type: "boolean" }, expires: { type: "number" }, notBefore: { type: "number" } },
        },
        contentType: { type: "string" },
        value: { type: "string" },
      },
    },
    resourceGroupName: { ...groupNameProperty, required: true },
    secretName: { type: "string", problem: matching(/^[a-zA-Z0-9-]{1,127}$/) },
    tags: { type: "map" },
    vaultName: { type: "string", required: true, problem: matching(/^[a-zA-Z0-9-]{3,24}$/) },
  },
  outputs: ["location", "name", "properties.secretUri", "properties.secretUriWithVersion", "type"],
  replaceOn: ["resourceGroupName", "secretName", "vaultName"],
  nameInput: "secretName",
  idOf: (inputs, account) => `${vaultIdOf(inputs, account)}/secrets/${encodeURIComponent(text(inputs["secretName"]))}`,
  inputsFromId: (id) => ({ ...vaultInputsFromId(id), secretName: decodeURIComponent(id.split("/").at(-1) ?? "") }),
  bodyOf: (inputs) => ({ ...only(inputs, "tags"), properties: converted(inputs, attributesBody) }),
  outputsOf: (found) => ({
    ...only(found, "id", "location", "name", "tags", "type"),
    properties: converted(found, attributesOutputs),
  }),
  createVersion,
  createBy: async (arm, inputs, put) => await putRecovering(arm, inputs, put),
  deleteBy: deleteSecret,
});
