/**
 * How a token's tag names the credential that redeems it: a client secret by its vault secret's name, a
 * certificate by `certificate:<name>/<key version>#<thumbprint>`: a renewal in the vault changes no token.
 * References are compared as a whole; only this file parses them.
 */
import { guidOf } from "../application/identifier";
import type { SecretVersion, Vault } from "../vault/secrets";

export type CredentialReference = { kind: "secret"; name: string; version?: never } | CertificateReference;

export interface CertificateReference {
  kind: "certificate";
  /** The name of the certificate in the vault, which is also the name of its key. */
  name: string;
  /** Of both the key and the certificate: 32 hexadecimal digits. */
  version: string;
  /** SHA-256 of the certificate, base64url: the `x5t#S256` in an assertion's header. */
  thumbprint: string;
}

/** Prefix of certificates' names: a token's tag cannot name any other key of the vault. */
export const clientCertificatePrefix = "client-certificate-";

/** @param stack {@link stackName} @param name of the model */
export const certificateNameOf = (stack: string, name: string): string =>
  `${clientCertificatePrefix}${guidOf(stack, name).slice(0, 8)}`;

export const clientSecretPrefix = "client-secret-";

export const labelTag = "label";

const secretName = /^[0-9a-z-]{1,127}$/iu;
const certificate = /^certificate:(client-certificate-[0-9a-z-]{1,108})\/([0-9a-f]{32})#([\w-]{43})$/u;

export function parseReference(text: string): CredentialReference | undefined {
  if (secretName.test(text)) return { kind: "secret", name: text };
  const [, name, version, thumbprint] = certificate.exec(text) ?? [];
  if (name === undefined || version === undefined || thumbprint === undefined) return undefined;
  return { kind: "certificate", name, version, thumbprint };
}

export function certificateReference({ name, version, thumbprint }: Omit<CertificateReference, "kind">): string {
  return `certificate:${name}/${version}#${thumbprint}`;
}

/** Whether this project created the credential: others in the vault belong to somebody else. */
export function isMadeHere(text: string): boolean {
  const found = parseReference(text);
  return found?.kind === "certificate" || (found?.name.startsWith(clientSecretPrefix) ?? false);
}

/** The label in the name of a client secret made here, and the first eight digits of its key's id. */
export function madeSecretIn(secret: string): { label: string; keyId: string } | undefined {
  const [, label, keyId] = /^client-secret-(.+)-([0-9a-f]{8})(?:-\d+)?$/u.exec(secret) ?? [];
  return label === undefined || keyId === undefined ? undefined : { label, keyId };
}

/** "client secret client-secret-initial-1a2b3c4d", or "client certificate <name>/<version>" */
export function credentialWords(text: string): string {
  const found = parseReference(text);
  return found?.kind === "certificate" ? `client certificate ${found.name}/${found.version}` : `client secret ${text}`;
}

export type CredentialVersion = Pick<SecretVersion, "enabled" | "createdOn" | "expiresOn" | "tags">;

/** The version in use: of a client secret the newest, of a certificate the given one. @throws VaultError */
export async function versionInUse(
  vault: Vault,
  name: string,
  version?: string,
): Promise<CredentialVersion | undefined> {
  if (version !== undefined) return await vault.certificates.find(name, version);
  return (await vault.listVersions(name))[0];
}

/** A secret's is in its name, a certificate's in its tags; undefined if not made here. @throws VaultError */
export async function labelOf(vault: Vault, reference: string): Promise<string | undefined> {
  const found = parseReference(reference);
  if (found?.kind !== "certificate") return madeSecretIn(reference)?.label;
  return (await versionInUse(vault, found.name, found.version))?.tags[labelTag];
}
