/** azure-native:authorization:RoleAssignment. Even impossible changes are sent, and Azure refuses them. */
import { fields, text } from "../base/values";
import { armResource, only } from "./arm-resource";

const inputNames = [
  "condition",
  "conditionVersion",
  "delegatedManagedIdentityResourceId",
  "description",
  "principalId",
  "principalType",
  "roleDefinitionId",
];
const provider = "/providers/Microsoft.Authorization/roleAssignments/";

export const roleAssignment = armResource({
  token: "azure-native:authorization:RoleAssignment",
  apiVersion: "2022-04-01",
  properties: {
    condition: { type: "string" },
    conditionVersion: { type: "string" },
    delegatedManagedIdentityResourceId: { type: "string" },
    description: { type: "string" },
    principalId: { type: "string", required: true },
    principalType: { type: "string", default: "User" },
    roleAssignmentName: { type: "string" },
    roleDefinitionId: { type: "string", required: true },
    scope: { type: "string", required: true },
  },
  outputs: ["createdBy", "createdOn", "name", "type", "updatedBy", "updatedOn"],
  replaceOn: ["principalId", "roleAssignmentName", "scope"],
  nameInput: "roleAssignmentName",
  idOf: ({ scope = "", roleAssignmentName = "" }) =>
    `/${text(scope).replace(/^\/+|\/+$/g, "")}${provider}${encodeURIComponent(text(roleAssignmentName))}`,
  inputsFromId: (id) => {
    const [scope = "", roleAssignmentName = ""] = id.split(provider);
    return { scope, roleAssignmentName: decodeURIComponent(roleAssignmentName) };
  },
  bodyOf: (inputs) => ({ properties: only(inputs, ...inputNames) }),
  outputsOf: (found) => {
    const times = ["createdBy", "createdOn", "updatedBy", "updatedOn"];
    return {
      ...only(found, "id", "name", "type"),
      ...only(fields(found["properties"]), ...inputNames, ...times, "scope"),
    };
  },
});
