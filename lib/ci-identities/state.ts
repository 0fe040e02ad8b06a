/** The storage of the engine's state, and its address for `pulumi login` and `pulumi stack init`. */
import { groupIdOf, vaultIdOf } from "../azure/resource-manager";
import type { Cloud, CloudName } from "../config/clouds";

/** Hosts of blob storage. Source: Microsoft's national-cloud pages. */
export const blobDomains: Readonly<Record<CloudName, string>> = {
  AzureCloud: "blob.core.windows.net",
  AzureUSGovernment: "blob.core.usgovcloudapi.net",
  AzureChinaCloud: "blob.core.chinacloudapi.cn",
};

export interface StatePlace {
  subscriptionId: string;
  resourceGroupName: string;
  account: string;
  container: string;
  vault: string;
  key: string;
}

export function backendOf({ name }: Cloud, { container, account }: StatePlace): string {
  // Source: Pulumi's page on its backends.
  const isDefault = name === "AzureCloud";
  return `azblob://${container}?storage_account=${account}${isDefault ? "" : `&domain=${blobDomains[name]}`}`;
}

export const secretsProviderOf = ({ vaultSuffix }: Cloud, { vault, key }: StatePlace): string =>
  `azurekeyvault://${vault}.${vaultSuffix}/keys/${key}`;

export const accountIdOf = (place: StatePlace): string =>
  `${groupIdOf(place)}/providers/Microsoft.Storage/storageAccounts/${place.account}`;

export const containerIdOf = (place: StatePlace): string =>
  `${accountIdOf(place)}/blobServices/default/containers/${place.container}`;

export const keyIdOf = (place: StatePlace): string => `${vaultIdOf(place, place.vault)}/keys/${place.key}`;
