/** Resource ids of vaults and of their content. */
import type { Property } from "../base/plugin";
import { text, type Values } from "../base/values";
import type { Account } from "./resource-manager";

/** Case is ignored. */
export const groupNameProperty: Property = {
  type: "string",
  same: (a, b) => text(a).toLowerCase() === text(b).toLowerCase(),
};

export const vaultIdOf = ({ resourceGroupName = "", vaultName = "" }: Values, { subscriptionId }: Account): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(text(resourceGroupName))}` +
  `/providers/Microsoft.KeyVault/vaults/${encodeURIComponent(text(vaultName))}`;

export function vaultInputsFromId(id: string): Values {
  const segments = id.split("/").map(decodeURIComponent);
  return { resourceGroupName: segments[4] ?? "", vaultName: segments[8] ?? "" };
}
