/** Resource ids of vaults and of what is in them. */
import { text, type Values } from "../base/values";
import type { Account } from "./resource-manager";

export const vaultIdOf = ({ resourceGroupName = "", vaultName = "" }: Values, { subscriptionId }: Account): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(text(resourceGroupName))}` +
  `/providers/Microsoft.KeyVault/vaults/${encodeURIComponent(text(vaultName))}`;

export function vaultInputsFromId(id: string): Values {
  const segments = id.split("/").map(decodeURIComponent);
  return { resourceGroupName: segments[4] ?? "", vaultName: segments[8] ?? "" };
}
