/** Where the engine's state is stored, and its address for the engine: `pulumi login`, `pulumi stack init`. */
import type { Cloud, CloudName } from "../config/clouds";

/**
 * Hosts of blob storage; the engine's own default is AzureCloud's. Source: Microsoft's national-cloud pages, and Pulumi's page on its
 * backends.
 */
const blobDomains: Readonly<Record<CloudName, string | undefined>> = {
  AzureCloud: undefined,
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

/** azblob://<container>?storage_account=<account> */
export function backendOf({ name }: Cloud, { container, account }: StatePlace): string {
  const domain = blobDomains[name];
  return `azblob://${container}?storage_account=${account}${domain === undefined ? "" : `&domain=${domain}`}`;
}

/** azurekeyvault://<vault>.<suffix>/keys/<key> */
export const secretsProviderOf = ({ vaultSuffix }: Cloud, { vault, key }: StatePlace): string =>
  `azurekeyvault://${vault}.${vaultSuffix}/keys/${key}`;

const groupIdOf = ({ subscriptionId, resourceGroupName }: StatePlace): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`;

export const accountIdOf = (place: StatePlace): string =>
  `${groupIdOf(place)}/providers/Microsoft.Storage/storageAccounts/${place.account}`;

export const containerIdOf = (place: StatePlace): string =>
  `${accountIdOf(place)}/blobServices/default/containers/${place.container}`;

export const keyIdOf = (place: StatePlace): string =>
  `${groupIdOf(place)}/providers/Microsoft.KeyVault/vaults/${place.vault}/keys/${place.key}`;
