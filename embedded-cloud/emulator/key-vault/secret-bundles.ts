import type { SecretVersion, Vault } from "../context";
import { deletedAtOf, objectAttributes } from "./object-attributes";
import { findVersion, type NamedSecret } from "./secret-store";

type Document = Record<string, unknown>;

/** A version without its value; `id` names the version. */
export function versionItem(origin: string, vault: Vault, name: string, version: SecretVersion): Document {
  const { contentType, tags } = version;
  return {
    id: `${origin}/secrets/${name}/${version.id}`,
    attributes: objectAttributes(vault, version),
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

/** The properties of a soft-deleted secret in addition to its own. */
export function deletion(origin: string, vault: Vault, { name, secret }: NamedSecret): Document {
  return { recoveryId: `${origin}/deletedsecrets/${name}`, ...deletedAtOf(vault, secret.deletedAt ?? 0) };
}
