/** The attributes of a version of anything in a vault. */
import type { Vault } from "../context";
import { isPurgeProtected, purgeTime, retentionDays } from "../resource-manager/vault-store";

const fullRetentionDays = 90;

/** Times in seconds since the epoch. */
interface Dated {
  enabled: boolean;
  created: number;
  updated: number;
  notBefore?: number;
  expires?: number;
}

export function objectAttributes(vault: Vault, version: Dated): Record<string, unknown> {
  const { enabled, created, updated, expires, notBefore } = version;
  return {
    enabled,
    ...(notBefore !== undefined && { nbf: notBefore }),
    ...(expires !== undefined && { exp: expires }),
    created,
    updated,
    recoveryLevel: recoveryLevel(vault),
    recoverableDays: retentionDays(vault),
  };
}

function recoveryLevel(vault: Vault): string {
  const kind = retentionDays(vault) < fullRetentionDays ? "CustomizedRecoverable" : "Recoverable";
  return isPurgeProtected(vault) ? kind : `${kind}+Purgeable`;
}

/** @param deletedAt milliseconds */
export const deletedAtOf = (vault: Vault, deletedAt: number): { deletedDate: number; scheduledPurgeDate: number } => ({
  deletedDate: Math.floor(deletedAt / 1000),
  scheduledPurgeDate: Math.floor(purgeTime(vault, deletedAt) / 1000),
});
