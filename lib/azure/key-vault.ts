/**
 * Key Vault's control plane: the API version that this project uses, and azure-native's resource types of it. On 2027-02-27 Azure stops
 * serving all earlier versions, azure-native's own default among them (docs/decisions/0022-one-version-of-key-vault.md).
 */
export const keyVaultVersion = "2026-02-01";

/** The first day (UTC) on which Azure refuses every earlier version. */
export const retirementDay = "2027-02-27";

const former = "azure-native:keyvault:";

/** The resource type that this program declares. @param kind Vault, Secret or Key */
export const keyVaultType = (kind: string): string =>
  `azure-native:keyvault/v${keyVaultVersion.replaceAll("-", "")}:${kind}`;

/** The type of azure-native's SDK, with its default version: in the state of stacks that an earlier program deployed. */
export const formerType = (kind: string): string => `${former}${kind}`;

/** A resource type of Key Vault without its version; every other type as it is. */
export const unversioned = (type: string): string => type.replace(/^azure-native:keyvault\/v\w+:/u, former);

/** Whether a refresh reads a resource of this type by an earlier version. */
export function isFormerType(type: string): boolean {
  const plain = unversioned(type);
  return plain.startsWith(former) && type !== keyVaultType(plain.slice(former.length));
}
