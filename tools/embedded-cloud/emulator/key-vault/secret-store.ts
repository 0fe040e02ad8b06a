import { randomBytes } from "node:crypto";
import type { SecretVersion, Vault, VaultSecret } from "../context";
import { purgeTime } from "../resource-manager/vault-store";
import { beingRecovered, deletedButRecoverable, objectNotFound, VaultError } from "./errors";
import type { SecretChange, SecretValues } from "./secret-values";

/** How long after a recovery a secret's name cannot be written to. */
const recoveryMilliseconds = 500;

/** A secret with the first spelling of its name: later ones may differ in case. */
export interface NamedSecret {
  name: string;
  secret: VaultSecret;
}

/** Secrets that are, or are not, soft-deleted, by name. Those past their retention are removed. */
export function secretsOf(vault: Vault, state: "live" | "deleted", now: number): NamedSecret[] {
  for (const [name, { deletedAt }] of [...vault.secrets]) {
    if (deletedAt !== undefined && purgeTime(vault, deletedAt) <= now) {
      vault.secrets.delete(name);
    }
  }
  return [...vault.secrets]
    .filter(([, { deletedAt }]) => (deletedAt !== undefined) === (state === "deleted"))
    .map(([name, secret]) => ({ name, secret }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** One of them. Names that differ only in case are the same. */
function secretNamed(vault: Vault, name: string, state: "live" | "deleted", now: number): NamedSecret | undefined {
  const exact = vault.secrets.get(name);
  const wanted = name.toLowerCase();
  const found = exact === undefined ? [...vault.secrets.keys()].find((other) => other.toLowerCase() === wanted) : name;
  const secret = found === undefined ? undefined : vault.secrets.get(found);
  if (found === undefined || secret === undefined) return undefined;
  const { deletedAt } = secret;
  if (deletedAt !== undefined && purgeTime(vault, deletedAt) <= now) {
    vault.secrets.delete(found);
    return undefined;
  }
  return (deletedAt !== undefined) === (state === "deleted") ? { name: found, secret } : undefined;
}

/** The secret, or Key Vault's 404 when it does not exist or is soft-deleted. */
export function findSecret(vault: Vault, name: string, now: number): NamedSecret {
  const found = secretNamed(vault, name, "live", now);
  if (!found) throw objectNotFound("Secret", name);
  return found;
}

/** The soft-deleted secret, or Key Vault's 404. */
export function findDeletedSecret(vault: Vault, name: string, now: number): NamedSecret {
  const found = secretNamed(vault, name, "deleted", now);
  if (!found) throw new VaultError(404, "SecretNotFound", `Deleted Secret not found: ${name}`);
  return found;
}

/** The version with this id, or the newest for an empty one. */
export function findVersion<Version extends { id: string }>(
  { name, secret: { versions } }: { name: string; secret: { versions: readonly Version[] } },
  id: string,
): Version {
  const version = id === "" ? versions.at(-1) : versions.find((candidate) => candidate.id === id);
  if (!version) throw objectNotFound("Secret", `${name}/${id}`);
  return version;
}

/** Adds a version, and the secret with the first one. @throws VaultError while the name is soft-deleted */
export function addVersion(vault: Vault, name: string, values: SecretValues, now: number): NamedSecret {
  if (secretNamed(vault, name, "deleted", now)) throw deletedButRecoverable("Secret", name);
  const existing = secretNamed(vault, name, "live", now);
  if (existing && now < (existing.secret.beingRecoveredUntil ?? 0)) throw beingRecovered("Secret", name);
  const found = existing ?? { name, secret: { versions: [] } };
  const created = Math.floor(now / 1000);
  const version = {
    id: randomBytes(16).toString("hex"),
    value: values.value,
    tags: {},
    enabled: true,
    created,
    updated: created,
  };
  changeVersion(version, values, now);
  found.secret.versions.push(version);
  vault.secrets.set(found.name, found.secret);
  return found;
}

/** Applies a change; tags are replaced as a whole. */
export function changeVersion(version: SecretVersion, change: SecretChange, now: number): void {
  const { contentType, tags, attributes } = change;
  const given = {
    contentType,
    tags,
    enabled: attributes?.enabled,
    expires: attributes?.exp,
    notBefore: attributes?.nbf,
    updated: Math.floor(now / 1000),
  };
  Object.assign(
    version,
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null)),
  );
}

/** Ends a soft deletion. For a moment the name can be read but not written to, as in the real service. */
export function recoverSecret(secret: VaultSecret, now: number): void {
  delete secret.deletedAt;
  secret.beingRecoveredUntil = now + recoveryMilliseconds;
}
