/** Read-only secrets of certificates: they contain the certificate, and its key if it is exportable. */
import { nameOf, nowOf, requireOperation, type VaultContext } from "./authorization";
import { certificatesOf, namedIn, newestIssued } from "./certificate-store";
import { forbidden } from "./errors";
import type { ShownSecret } from "./secret-bundles";
import { findDeletedSecret, findSecret, secretsOf } from "./secret-store";

/** With issued versions, oldest first; at least one. */
function managedSecrets(c: VaultContext, state: "live" | "deleted"): ShownSecret[] {
  return certificatesOf(c.var.vault, state, nowOf(c))
    .filter(({ certificate }) => newestIssued(certificate) !== undefined)
    .map(({ name, certificate }) => ({
      name,
      secret: { ...certificate, versions: certificate.versions.filter(({ isIssued }) => isIssued) },
    }));
}

/** All secrets of the vault, those of certificates included, by name. */
export function shownSecrets(c: VaultContext, state: "live" | "deleted"): ShownSecret[] {
  const own = secretsOf(c.var.vault, state, nowOf(c));
  const managed = managedSecrets(c, state);
  return managed.length === 0 ? own : [...own, ...managed].toSorted((a, b) => a.name.localeCompare(b.name));
}

/** The secret of the address, or Key Vault's 404. */
export function findShownSecret(c: VaultContext, state: "live" | "deleted"): ShownSecret {
  const name = nameOf(c);
  const managed = managedSecrets(c, state).find((secret) => secret.name.toLowerCase() === name.toLowerCase());
  return managed ?? (state === "live" ? findSecret : findDeletedSecret)(c.var.vault, name, nowOf(c));
}

/** Source of the text for a certificate's secret: a report of azurerm's users. */
export function requireChange(c: VaultContext, operation: "set" | "update" | "delete" | "recover" | "purge"): void {
  requireOperation(c, `secrets/${operation}`);
  const { vault } = c.var;
  const certificates = [...certificatesOf(vault, "live", nowOf(c)), ...certificatesOf(vault, "deleted", nowOf(c))];
  if (namedIn(certificates, nameOf(c)) === undefined) return;
  const message = `Operation "${operation}" is not allowed as this object's lifetime is managed by Key Vault.`;
  throw forbidden(message, "SecretManagedByKeyVault");
}
