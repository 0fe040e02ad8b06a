/** Resource ids of storage accounts and of their content. */
import type { Properties } from "../base/plugin";
import { text, type Values } from "../base/values";
import { matching } from "./check";
import type { Account } from "./resource-manager";
import { groupNameProperty } from "./vault-ids";

export const storageApiVersion = "2024-01-01";

/** The properties that identify the parent account. */
export const accountProperties: Properties = {
  accountName: { type: "string", required: true, problem: matching(/^[a-z0-9]+$/) },
  resourceGroupName: { ...groupNameProperty, required: true },
};

export const accountIdOf = (
  { resourceGroupName = "", accountName = "" }: Values,
  { subscriptionId }: Account,
): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(text(resourceGroupName))}` +
  `/providers/Microsoft.Storage/storageAccounts/${encodeURIComponent(text(accountName))}`;

export function accountInputsFromId(id: string): Values {
  const segments = id.split("/").map(decodeURIComponent);
  return { resourceGroupName: segments[4] ?? "", accountName: segments[8] ?? "" };
}
