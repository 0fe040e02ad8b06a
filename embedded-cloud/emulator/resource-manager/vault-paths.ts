import type { ResourceContext } from "./authorization";
import { groupId } from "./resource-groups";
import type { FoundVault } from "./vault-store";

export const vaults = "Microsoft.KeyVault/vaults";

/** Resource group in the request's path. */
export function groupName(c: ResourceContext): string {
  return c.req.param("group") ?? "";
}

/** Resource id of a vault of this name in the path's resource group. */
export function vaultId(c: ResourceContext, name: string): string {
  return `${groupId(c.get("subscription"), groupName(c))}/providers/${vaults}/${name}`;
}

/** Whether a vault, deleted or not, belongs to the path's resource group. */
export function isHere(c: ResourceContext, { vault }: FoundVault): boolean {
  return vault.resource.id.toLowerCase() === vaultId(c, vault.resource.name).toLowerCase();
}

export function isLiveHere(c: ResourceContext, found: FoundVault): boolean {
  return found.vault.deletedAt === undefined && isHere(c, found);
}
