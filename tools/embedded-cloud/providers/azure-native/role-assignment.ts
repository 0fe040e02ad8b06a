/** azure-native:authorization:RoleAssignment. Even impossible changes are sent, and Azure refuses them. */
import type { Properties } from "../base/plugin";
import { fields, text } from "../base/values";
import { armResource, only } from "./arm-resource";

const bodyProperties: Properties = {
  condition: { type: "string" },
  conditionVersion: { type: "string" },
  delegatedManagedIdentityResourceId: { type: "string" },
  description: { type: "string" },
  principalId: { type: "string", required: true },
  principalType: { type: "string", default: "User" },
  roleDefinitionId: { type: "string", required: true },
};
const inputNames = Object.keys(bodyProperties);
const times = ["createdBy", "createdOn", "updatedBy", "updatedOn"];
const provider = "/providers/Microsoft.Authorization/roleAssignments/";

export const roleAssignment = armResource({
  token: "azure-native:authorization:RoleAssignment",
  apiVersion: "2022-04-01",
  properties: {
    ...bodyProperties,
    roleAssignmentName: { type: "string" },
    scope: { type: "string", required: true },
  },
  outputs: ["name", "type", ...times],
  replaceOn: ["principalId", "roleAssignmentName", "scope"],
  nameInput: "roleAssignmentName",
  idOf: ({ scope = "", roleAssignmentName = "" }) =>
    `/${text(scope).replace(/^\/+|\/+$/g, "")}${provider}${encodeURIComponent(text(roleAssignmentName))}`,
  inputsFromId: (id) => {
    const [scope = "", roleAssignmentName = ""] = id.split(provider);
    return { scope, roleAssignmentName: decodeURIComponent(roleAssignmentName) };
  },
  bodyOf: (inputs) => ({ properties: only(inputs, ...inputNames) }),
  outputsOf: (found) => ({
    ...only(found, "id", "name", "type"),
    ...only(fields(found["properties"]), ...inputNames, ...times, "scope"),
  }),
});
