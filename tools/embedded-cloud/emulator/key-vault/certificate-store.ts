/** The certificates of a vault: found, created, deleted and recovered. */
import { randomBytes } from "node:crypto";
import type { CertificateVersion, Vault, VaultCertificate } from "../context";
import { purgeTime } from "../resource-manager/vault-store";
import { draftVersion } from "./certificate-issuing";
import { completePolicy, type PolicyValues } from "./certificate-policy";
import { badParameter, beingRecovered, deletedButRecoverable, objectNotFound, VaultError } from "./errors";
import { secretsOf } from "./secret-store";

/** Milliseconds that a creation takes; recorded: some eight seconds for a self-signed certificate. */
const creationMilliseconds = 1000;
/** How long after a recovery a name cannot be written to. */
const recoveryMilliseconds = 500;

export interface NamedCertificate {
  name: string;
  certificate: VaultCertificate;
}

/** Certificates that are, or are not, soft-deleted, by name. Those past their retention are removed. */
export function certificatesOf(vault: Vault, state: "live" | "deleted", now: number): NamedCertificate[] {
  for (const [name, certificate] of [...vault.certificates]) {
    if (certificate.deletedAt !== undefined && purgeTime(vault, certificate.deletedAt) <= now) {
      vault.certificates.delete(name);
    }
    complete(certificate, now);
  }
  return [...vault.certificates]
    .filter(([, { deletedAt }]) => (deletedAt !== undefined) === (state === "deleted"))
    .map(([name, certificate]) => ({ name, certificate }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Ends a creation whose time is over. */
function complete({ pending, versions }: VaultCertificate, now: number): void {
  if (pending?.status !== "inProgress" || pending.completesAt > now) return;
  pending.status = pending.outcome;
  if (pending.status === "failed") return;
  const version = versions.find(({ id }) => id === pending.version);
  if (version !== undefined) {
    Object.assign(version, {
      isIssued: true,
      enabled: pending.enabled,
      updated: Math.floor(pending.completesAt / 1000),
    });
  }
}

export const namedIn = (certificates: readonly NamedCertificate[], name: string): NamedCertificate | undefined =>
  certificates.find((one) => one.name.toLowerCase() === name.toLowerCase());

/** The certificate, or Key Vault's 404 when it does not exist or is soft-deleted. */
export function findCertificate(vault: Vault, name: string, now: number): NamedCertificate {
  const found = namedIn(certificatesOf(vault, "live", now), name);
  if (!found) throw objectNotFound("Certificate", name);
  return found;
}

export function findDeletedCertificate(vault: Vault, name: string, now: number): NamedCertificate {
  const found = namedIn(certificatesOf(vault, "deleted", now), name);
  if (!found) throw new VaultError(404, "CertificateNotFound", `Deleted Certificate not found: ${name}`);
  return found;
}

/** The version with this id; for an empty id the newest issued one, or else the one being created. */
export function findCertificateVersion({ name, certificate }: NamedCertificate, id: string): CertificateVersion {
  const version =
    id === ""
      ? (newestIssued(certificate) ?? certificate.versions.at(-1))
      : certificate.versions.find((candidate) => candidate.id === id);
  if (!version) throw objectNotFound("Certificate", `${name}/${id}`);
  return version;
}

export const newestIssued = ({ versions }: VaultCertificate): CertificateVersion | undefined =>
  versions.findLast(({ isIssued }) => isIssued);

/** The parameters of a creation in addition to the name. */
export interface Creation {
  policy: PolicyValues | undefined;
  tags: Record<string, string>;
  enabled: boolean;
}

/** Starts the creation of a new version, and of the certificate with the first one. */
export async function createCertificate(
  vault: Vault,
  name: string,
  { policy: asked, tags, enabled }: Creation,
  now: () => number,
): Promise<NamedCertificate> {
  refuseTaken(vault, name, now());
  const created = Math.floor(now() / 1000);
  const before = namedIn(certificatesOf(vault, "live", now()), name);
  const policy = asked === undefined ? before?.certificate.policy : completePolicy(asked, created);
  if (policy === undefined) throw badParameter("Property policy has invalid value: a new certificate needs one");
  const version = await draftVersion(policy, created, tags);
  // Generating the key took a while: another request may have created it.
  refuseTaken(vault, name, now());
  const found = namedIn(certificatesOf(vault, "live", now()), name) ?? { name, certificate: { policy, versions: [] } };
  found.certificate.policy = policy;
  found.certificate.versions.push(version);
  found.certificate.pending = {
    ...{ requestId: randomBytes(16).toString("hex"), version: version.id, enabled, status: "inProgress" },
    outcome: vault.failsCertificates === true ? "failed" : "completed",
    completesAt: now() + creationMilliseconds,
  };
  vault.certificates.set(found.name, found.certificate);
  return found;
}

function refuseTaken(vault: Vault, name: string, now: number): void {
  if (namedIn(certificatesOf(vault, "deleted", now), name)) throw deletedButRecoverable("Certificate", name);
  const existing = namedIn(certificatesOf(vault, "live", now), name);
  if (existing && now < (existing.certificate.beingRecoveredUntil ?? 0)) throw beingRecovered("Certificate", name);
  if (existing?.certificate.pending?.status === "inProgress") {
    const reason = "while a pending key vault certificate's status is inProgress.";
    throw new VaultError(409, "Forbidden", `A new key vault certificate can not be created or imported ${reason}`);
  }
  const isSecret = [...secretsOf(vault, "live", now), ...secretsOf(vault, "deleted", now)].some(
    (secret) => secret.name.toLowerCase() === name.toLowerCase(),
  );
  if (isSecret) {
    throw new VaultError(409, "Conflict", `A secret with the name ${name} exists that belongs to no certificate.`);
  }
}

/** Ends a soft deletion. */
export function recoverCertificate(certificate: VaultCertificate, now: number): void {
  delete certificate.deletedAt;
  certificate.beingRecoveredUntil = now + recoveryMilliseconds;
}
