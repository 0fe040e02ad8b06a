import type { Context, Subscription, Tenant, Vault } from "../context";
import { removeAssignmentsWithin } from "./role-assignment-store";

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** A vault and its subscription. */
export interface FoundVault {
  tenant: Tenant;
  subscription: Subscription;
  vault: Vault;
}

/** The vault of this name anywhere in the cloud, also soft-deleted: names are unique in a whole cloud. */
export function findVaultByName(context: Context, name: string): FoundVault | undefined {
  const key = name.toLowerCase();
  for (const tenant of context.tenants.values()) {
    for (const subscription of tenant.subscriptions.values()) {
      const vault = subscription.vaults.get(key);
      if (vault && isPastRetention(vault, context.clock.now())) {
        subscription.vaults.delete(key);
      } else if (vault) {
        return { tenant, subscription, vault };
      }
    }
  }
  return undefined;
}

/** The subscription's vaults that are, or are not, soft-deleted. */
export function vaultsOf(subscription: Subscription, state: "live" | "deleted", now: number): Vault[] {
  return [...subscription.vaults.values()].filter(
    (vault) => (vault.deletedAt !== undefined) === (state === "deleted") && !isPastRetention(vault, now),
  );
}

/** The vault can be recovered, but its role assignments are removed for good. */
export function softDeleteVault(subscription: Subscription, vault: Vault, now: number): void {
  vault.deletedAt ??= now;
  removeAssignmentsWithin(subscription, vault.resource.id);
}

/** Days for which deleted vaults and secrets can be recovered. */
export function retentionDays(vault: Vault): number {
  return Number(vault.resource.properties["softDeleteRetentionInDays"]);
}

/** When a deleted object is removed permanently, in milliseconds. */
export function purgeTime(vault: Vault, deletedAt: number): number {
  return deletedAt + retentionDays(vault) * dayMilliseconds;
}

export function isPurgeProtected(vault: Vault): boolean {
  return vault.resource.properties["enablePurgeProtection"] === true;
}

function isPastRetention(vault: Vault, now: number): boolean {
  return vault.deletedAt !== undefined && purgeTime(vault, vault.deletedAt) <= now;
}
