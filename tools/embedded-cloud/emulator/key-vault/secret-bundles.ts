import type { CertificateVersion, SecretVersion } from "../context";
import type { VaultContext } from "./authorization";
import { deletedAtOf, objectAttributes } from "./object-attributes";
import { findVersion } from "./secret-store";

type Document = Record<string, unknown>;
type Version = SecretVersion | CertificateVersion;

/** A secret of its own or that of a certificate. */
export interface ShownSecret {
  name: string;
  secret: { versions: readonly Version[]; deletedAt?: number };
}

const isManaged = (version: Version): version is CertificateVersion => "privateKey" in version;

/** A version without its value; `id` names the version. */
export function versionItem({ var: { origin, vault } }: VaultContext, name: string, version: Version): Document {
  const { contentType, tags } = version;
  return {
    id: `${origin}/secrets/${name}/${version.id}`,
    attributes: objectAttributes(vault, version),
    ...(contentType !== undefined && { contentType }),
    tags,
    ...(isManaged(version) && { kid: `${origin}/keys/${name}/${version.id}`, managed: true }),
  };
}

/** @returns undefined for the PKCS #12 container of a certificate, which is not written here */
export const valueOf = (version: Version): string | undefined => (isManaged(version) ? undefined : version.value);

/** A secret in a list: the newest version's attributes under an id without a version. */
export const secretItem = (c: VaultContext, secret: ShownSecret): Document => ({
  ...versionItem(c, secret.name, findVersion(secret, "")),
  id: `${c.var.origin}/secrets/${secret.name}`,
});

/** The properties of a soft-deleted secret in addition to its own. */
export const deletion = ({ var: { origin, vault } }: VaultContext, { name, secret }: ShownSecret): Document => ({
  recoveryId: `${origin}/deletedsecrets/${name}`,
  ...deletedAtOf(vault, secret.deletedAt ?? 0),
});

/** A soft-deleted secret with its newest version. */
export const deletedBundle = (c: VaultContext, secret: ShownSecret): Document => ({
  ...deletion(c, secret),
  ...versionItem(c, secret.name, findVersion(secret, "")),
});
