import type { SecretVersion, Vault } from "../context";
import { isPurgeProtected, purgeTime, retentionDays } from "../resource-manager/vault-store";
import { findVersion, type NamedSecret } from "./secret-store";

const fullRetentionDays = 90;

type Document = Record<string, unknown>;

/** A version without its value; `id` names the version. */
export function versionItem(origin: string, vault: Vault, name: string, version: SecretVersion): Document {
  const { contentType, tags } = version;
  return {
    id: `${origin}/secrets/${name}/${version.id}`,
    attributes: attributes(vault, version),
    ...(contentType !== undefined && { contentType }),
    tags,
  };
}

/** A version with its value. */
export function secretBundle(origin: string, vault: Vault, name: string, version: SecretVersion): Document {
  return { value: version.value, ...versionItem(origin, vault, name, version) };
}

/** A secret in a list: the newest version's attributes under an id without a version. */
export function secretItem(origin: string, vault: Vault, secret: NamedSecret): Document {
  return {
    ...versionItem(origin, vault, secret.name, findVersion(secret, "")),
    id: `${origin}/secrets/${secret.name}`,
  };
}

/** What is said of a soft-deleted secret besides its own properties. */
export function deletion(origin: string, vault: Vault, { name, secret }: NamedSecret): Document {
  const deletedAt = secret.deletedAt ?? 0;
  return {
    recoveryId: `${origin}/deletedsecrets/${name}`,
    deletedDate: Math.floor(deletedAt / 1000),
    scheduledPurgeDate: Math.floor(purgeTime(vault, deletedAt) / 1000),
  };
}

function attributes(vault: Vault, version: SecretVersion): Document {
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
