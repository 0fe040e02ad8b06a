import type { ResourceContext } from "./authorization";
import { groupId } from "./resource-groups";
import type { FoundVault } from "./vault-store";

export const vaults = "Microsoft.KeyVault/vaults";

export const vaultName = (c: ResourceContext): string => c.req.param("vault") ?? "";

/** Resource id of the path's vault, or of another one in its resource group. */
export const vaultId = (c: ResourceContext, name = vaultName(c)): string => `${groupId(c)}/providers/${vaults}/${name}`;

/** Whether a vault, deleted or not, belongs to the path's resource group. */
export function isHere(c: ResourceContext, { vault }: FoundVault): boolean {
  return vault.resource.id.toLowerCase() === vaultId(c, vault.resource.name).toLowerCase();
}

export function isLiveHere(c: ResourceContext, found: FoundVault): boolean {
  return found.vault.deletedAt === undefined && isHere(c, found);
}
