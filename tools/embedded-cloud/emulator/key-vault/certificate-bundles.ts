/** Certificates in Key Vault's form. */
import { createHash } from "node:crypto";
import type { CertificateVersion, PendingCertificate } from "../context";
import type { VaultContext } from "./authorization";
import { findCertificateVersion, type NamedCertificate } from "./certificate-store";
import { deletedAtOf, objectAttributes } from "./object-attributes";
import { VaultError } from "./errors";

type Document = Record<string, unknown>;

/** A version that is not issued yet has neither key nor certificate. */
export function certificateBundle(
  c: VaultContext,
  { name, certificate }: NamedCertificate,
  version: CertificateVersion,
): Document {
  const { origin, vault } = c.var;
  const path = `${name}/${version.id}`;
  const content = Buffer.from(version.certificate, "base64");
  return {
    id: `${origin}/certificates/${path}`,
    ...(version.isIssued && {
      kid: `${origin}/keys/${path}`,
      sid: `${origin}/secrets/${path}`,
      x5t: thumbprint(content),
      cer: version.certificate,
    }),
    attributes: objectAttributes(vault, version),
    ...(Object.keys(version.tags).length > 0 && { tags: version.tags }),
    policy: policyDocument(c, { name, certificate }),
    ...(certificate.pending !== undefined && { pending: { id: `${origin}/certificates/${name}/pending` } }),
  };
}

/** A version in a list. */
export function certificateItem(c: VaultContext, name: string, version: CertificateVersion): Document {
  const { origin, vault } = c.var;
  return {
    id: `${origin}/certificates/${name}/${version.id}`,
    ...(version.isIssued && { x5t: thumbprint(Buffer.from(version.certificate, "base64")) }),
    attributes: objectAttributes(vault, version),
    tags: version.tags,
  };
}

/** A certificate in a list: the newest version's properties under an id without a version. */
export const certificateListItem = (c: VaultContext, one: NamedCertificate): Document => ({
  ...certificateItem(c, one.name, findCertificateVersion(one, "")),
  id: `${c.var.origin}/certificates/${one.name}`,
});

const thumbprint = (der: Buffer): string => createHash("sha1").update(der).digest("base64url");

export const policyDocument = (
  { var: { origin } }: VaultContext,
  { name, certificate }: NamedCertificate,
): Document => ({
  id: `${origin}/certificates/${name}/policy`,
  ...certificate.policy,
});

/** The operation that creates a version, or Key Vault's 404. */
export function operationDocument(
  { var: { origin } }: VaultContext,
  { name, certificate }: NamedCertificate,
): Document {
  const { pending, policy } = certificate;
  if (pending === undefined) {
    throw new VaultError(404, "PendingCertificateNotFound", `Pending certificate not found: ${name}`);
  }
  const { requestId, status } = pending;
  return {
    id: `${origin}/certificates/${name}/pending`,
    issuer: policy["issuer"],
    cancellation_requested: false,
    status,
    ...endings[status](`${origin}/certificates/${name}`),
    request_id: requestId,
  };
}

/** The rest of an operation in each of its states: "Monitor and manage certificate creation". */
const endings: Record<PendingCertificate["status"], (target: string) => Document> = {
  completed: (target) => ({ target }),
  failed: () => ({
    status_details: "",
    error: { code: "Request rejected", message: "The certificate could not be made." },
  }),
  inProgress: () => ({
    status_details:
      "Pending certificate created. Certificate request is in progress. This may take some time based on the issuer " +
      "provider. Please check again later.",
  }),
};

/** A soft-deleted certificate with its newest version. */
export const deletedCertificateBundle = (c: VaultContext, found: NamedCertificate): Document => ({
  recoveryId: `${c.var.origin}/deletedcertificates/${found.name}`,
  ...deletedAtOf(c.var.vault, found.certificate.deletedAt ?? 0),
  ...certificateBundle(c, found, findCertificateVersion(found, "")),
});
