/**
 * The record of a stack's credential: a vault secret with a fixed name, and a version for each generation. Its value
 * is the client secret, or names a version of a certificate, whose key never leaves the vault.
 */
import { guidOf } from "../application/identifier";
import { clientSecretType, type CredentialKind } from "../config/limits";

/** A version in the vault's list. Declared here, as the library's users lack the packages of the vault's types. */
interface Listed {
  version: string;
  contentType: string;
  tags: Readonly<Record<string, string>>;
}

export interface CertificateReference {
  /** The name of the certificate in the vault, which is also the name of its key. */
  name: string;
  /** The version of both key and certificate: 32 hexadecimal digits. */
  version: string;
  /** SHA-256 of the certificate, base64url: the `x5t#S256` in an assertion's header. */
  thumbprint: string;
}

const recordPrefix = "client-credential-";
const recordNames = /^client-credential-[0-9a-z]+$/iu;

/** Prefix of certificates' names: a record cannot name any other key of the vault. */
const certificatePrefix = "client-certificate-";
const certificateForm = `${certificatePrefix}[0-9a-z-]{1,108}`;
const versionForm = `(${certificateForm})/([0-9a-f]{32})`;
const certificateNames = new RegExp(`^${certificateForm}$`, "u");
const certificateVersions = new RegExp(`^${versionForm}$`, "u");

const hashOf = (stack: string, name: string): string => guidOf(stack, name).slice(0, 8);

/** @param stack its name in tags @param name of the model */
export const recordNameOf = (stack: string, name: string): string => `${recordPrefix}${hashOf(stack, name)}`;

/** The name of the certificate whose versions are a stack's generations of that kind. */
export const certificateNameOf = (stack: string, name: string): string => `${certificatePrefix}${hashOf(stack, name)}`;

/** Whether a stack made it, unlike a client secret that somebody else keeps in the vault. */
export const isRecordName = (name: string): boolean => recordNames.test(name);

/** Whether a stack made the certificate. */
export const isCertificateName = (name: string): boolean => certificateNames.test(name);

/** Whether a text is `<name>/<version>` of such a certificate, in the one spelling that a vault writes. */
export const isCertificateVersion = (text: string): boolean => certificateVersions.test(text);

/** Content types of a record's versions, by what they hold. */
export const recordTypes: Readonly<Record<CredentialKind, string>> = {
  secret: clientSecretType,
  certificate: "application/x-client-certificate-reference",
};

const reference = new RegExp(String.raw`^certificate:${versionForm}#([\w-]{43})$`, "u");

export const referenceTo = ({ name, version, thumbprint }: CertificateReference): string =>
  `certificate:${name}/${version}#${thumbprint}`;

export function parseReference(text: string): CertificateReference | undefined {
  const [, name, version, thumbprint] = reference.exec(text) ?? [];
  if (name === undefined || version === undefined || thumbprint === undefined) return undefined;
  return { name, version, thumbprint };
}

/**
 * Whether a secret may be sent to Entra as a client secret: a stack's record, or a secret that its keeper marked as
 * one. Everyone who may write a token's tags can name any other secret of the vault.
 */
export const isCredential = (name: string, { contentType }: Pick<Listed, "contentType">): boolean =>
  isRecordName(name) || contentType === recordTypes.secret;

export const credentialKindOf = ({ contentType }: Pick<Listed, "contentType">): CredentialKind =>
  contentType === recordTypes.certificate ? "certificate" : "secret";

/** The tag with the id of the credential's entry on the application, the same for all versions of one key. */
export const keyTag = "key-id";
export const generationTag = "generation";
/** The tag with `<name>/<version>` of the certificate, for readers without access to the value. */
export const certificateTag = "certificate";

/** The certificate that a version names in its tags. */
export function certificateIn({
  [certificateTag]: text = "",
}: Listed["tags"]): Omit<CertificateReference, "thumbprint"> | undefined {
  const [, name, version] = certificateVersions.exec(text) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

export const certificateText = ({ name, version }: CertificateReference): string => `${name}/${version}`;

/** The id that distinguishes credentials: the key's id, or the version's if somebody else stored it. */
export const keyOf = ({ tags, version }: Pick<Listed, "tags" | "version">): string => tags[keyTag] ?? version;
