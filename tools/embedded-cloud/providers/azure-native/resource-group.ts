/** azure-native:resources:ResourceGroup. */
import { text } from "../base/values";
import { armResource, only } from "./arm-resource";
import { locationProperty } from "./locations";
import { groupNameProperty } from "./vault-ids";

export const resourceGroup = armResource({
  token: "azure-native:resources:ResourceGroup",
  apiVersion: "2024-03-01",
  properties: {
    location: locationProperty,
    managedBy: { type: "string" },
    resourceGroupName: groupNameProperty,
    tags: { type: "map" },
  },
  outputs: ["name", "properties", "type"],
  replaceOn: ["location", "resourceGroupName"],
  nameInput: "resourceGroupName",
  idOf: ({ resourceGroupName = "" }, { subscriptionId }) =>
    `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(text(resourceGroupName))}`,
  inputsFromId: (id) => ({ resourceGroupName: decodeURIComponent(id.split("/")[4] ?? "") }),
  bodyOf: (inputs) => only(inputs, "location", "managedBy", "tags"),
  outputsOf: (group) => only(group, "id", "location", "managedBy", "name", "properties", "tags", "type"),
});
