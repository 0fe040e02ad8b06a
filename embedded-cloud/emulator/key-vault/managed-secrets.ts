/** The secrets of certificates: they contain the certificate, and its key if it is exportable. They cannot be written. */
import type { CertificateVersion, Vault } from "../context";
import { pemOf } from "../x509";
import { certificatesOf, namedIn, newestIssued } from "./certificate-store";
import { objectNotFound, VaultError } from "./errors";
import { objectAttributes } from "./object-attributes";

export interface ManagedSecret {
  name: string;
  /** Issued versions, oldest first; at least one. */
  versions: CertificateVersion[];
  /** Milliseconds; that of its certificate. */
  deletedAt?: number;
}

export function managedSecretsOf(vault: Vault, state: "live" | "deleted", now: number): ManagedSecret[] {
  return certificatesOf(vault, state, now)
    .filter(({ certificate }) => newestIssued(certificate) !== undefined)
    .map(({ name, certificate: { versions, deletedAt } }) => ({
      name,
      versions: versions.filter(({ isIssued }) => isIssued),
      ...(deletedAt === undefined ? {} : { deletedAt }),
    }));
}

export function findManagedSecret(
  vault: Vault,
  name: string,
  now: number,
  state: "live" | "deleted" = "live",
): ManagedSecret | undefined {
  const found = namedIn(certificatesOf(vault, state, now), name);
  return managedSecretsOf(vault, state, now).find((secret) => secret.name === found?.name);
}

/** Refuses to write a certificate's secret, with a text that azurerm's users reported. */
export function refuseManaged(vault: Vault, name: string, operation: string, now: number): void {
  const isManaged = [...certificatesOf(vault, "live", now), ...certificatesOf(vault, "deleted", now)].some(
    (one) => one.name.toLowerCase() === name.toLowerCase(),
  );
  if (!isManaged) return;
  const message = `Operation "${operation}" is not allowed as this object's lifetime is managed by Key Vault.`;
  throw new VaultError(403, "Forbidden", message, "SecretManagedByKeyVault");
}

export function findManagedVersion({ name, versions }: ManagedSecret, id: string): CertificateVersion {
  const version = id === "" ? versions.at(-1) : versions.find((candidate) => candidate.id === id);
  if (version === undefined) throw objectNotFound("Secret", `${name}/${id}`);
  return version;
}

/** A version without its value. */
export const managedItem = (
  origin: string,
  vault: Vault,
  name: string,
  version: CertificateVersion,
): Record<string, unknown> => ({
  id: `${origin}/secrets/${name}/${version.id}`,
  attributes: objectAttributes(vault, version),
  contentType: version.contentType,
  tags: version.tags,
  kid: `${origin}/keys/${name}/${version.id}`,
  managed: true,
});

/** @returns undefined for a PKCS #12 container, which is not written here */
export function managedValue({
  contentType,
  privateKey,
  certificate,
  isExportable,
}: CertificateVersion): string | undefined {
  if (contentType !== "application/x-pem-file") return undefined;
  return `${isExportable ? privateKey : ""}${pemOf(Buffer.from(certificate, "base64"))}`;
}
