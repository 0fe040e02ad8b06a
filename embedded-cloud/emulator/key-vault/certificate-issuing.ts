/** Key pairs, signing requests and self-signed certificates by a certificate's policy. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { CertificatePolicy, CertificateVersion } from "../context";
import { integer, objectIdentifier, sequence, set, tagged, utf8String } from "../der";
import {
  alternativeNames,
  dnsName,
  extendedKeyUsage,
  issuersKey,
  keyUsage,
  noAuthority,
  ownKey,
  signed,
  signedCertificate,
  spki,
} from "../x509";
import { distinguishedName } from "./distinguished-name";

/** In the order of their bits, with the operations of "Mapping X.509 usage to key operations". */
export const keyUsages: Readonly<Record<string, readonly string[]>> = {
  digitalSignature: ["sign", "verify"],
  nonRepudiation: ["sign", "verify"],
  keyEncipherment: ["wrapKey", "unwrapKey"],
  dataEncipherment: ["encrypt", "decrypt"],
  keyAgreement: [],
  keyCertSign: ["sign", "verify"],
  cRLSign: ["sign", "verify"],
  encipherOnly: ["encrypt"],
  decipherOnly: ["decrypt"],
};

const ids = { extensionRequest: "1.2.840.113549.1.9.14", userPrincipalName: "1.3.6.1.4.1.311.20.2.3" };

/** Recorded: a certificate is valid from ten minutes before its creation. */
const secondsBefore = 600;

/** A new version, not issued yet, and its signing request. */
export interface Draft {
  version: CertificateVersion;
  /** DER in base64. */
  csr: string;
}

/**
 * @param created seconds since the epoch; `validity_months` count from here
 * @param reused the private key of the version before, if the policy reuses it
 */
export async function draftVersion(
  policy: CertificatePolicy,
  created: number,
  tags: Record<string, string>,
  reused?: string,
): Promise<Draft> {
  const privateKey = reused === undefined ? await newKey(policy.key_props.key_size) : createPrivateKey(reused);
  const [notBefore, expires] = [created - secondsBefore, monthsAfter(created, policy.x509_props.validity_months)];
  const certificate = selfSigned(policy, privateKey, new Date(notBefore * 1000), new Date(expires * 1000));
  const version: CertificateVersion = {
    id: randomBytes(16).toString("hex"),
    isIssued: false,
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    certificate: certificate.toString("base64"),
    keyOperations: [...new Set(policy.x509_props.key_usage.flatMap((usage) => keyUsages[usage] ?? []))],
    isExportable: policy.key_props.exportable,
    contentType: policy.secret_props.contentType,
    ...{ tags, enabled: false, created, updated: created, notBefore, expires },
  };
  return { version, csr: signingRequest(policy, privateKey).toString("base64") };
}

async function newKey(modulusLength: number): Promise<KeyObject> {
  return (await promisify(generateKeyPair)("rsa", { modulusLength })).privateKey;
}

/** The same day of a later month, or the last day of that month. */
function monthsAfter(seconds: number, months: number): number {
  const start = new Date(seconds * 1000);
  const end = new Date(start);
  end.setUTCDate(1);
  end.setUTCMonth(end.getUTCMonth() + months + 1, 0);
  end.setUTCDate(Math.min(start.getUTCDate(), end.getUTCDate()));
  return end.getTime() / 1000;
}

function selfSigned(policy: CertificatePolicy, privateKey: KeyObject, notBefore: Date, notAfter: Date): Buffer {
  const publicKey = createPublicKey(privateKey);
  const subject = subjectOf(policy);
  return signedCertificate({
    ...{ issuer: subject, subject, publicKey, issuerPrivateKey: privateKey, notBefore, notAfter },
    extensions: [...askedExtensions(policy), issuersKey(publicKey), ownKey(publicKey)],
  });
}

/** A certification request (RFC 2986). */
function signingRequest(policy: CertificatePolicy, privateKey: KeyObject): Buffer {
  const extensions = sequence(objectIdentifier(ids.extensionRequest), set(sequence(...askedExtensions(policy))));
  const body = sequence(
    integer(Buffer.from([0])),
    subjectOf(policy),
    spki(createPublicKey(privateKey)),
    tagged(0, extensions, true),
  );
  return signed(body, privateKey);
}

/** The policy is already checked: its subject is a name, or empty with alternative names. */
const subjectOf = ({ x509_props: { subject } }: CertificatePolicy): Buffer => distinguishedName(subject) ?? sequence();

function askedExtensions({ x509_props: { key_usage: usages, ekus, sans } }: CertificatePolicy): Buffer[] {
  const bits = usages.map((usage) => Object.keys(keyUsages).indexOf(usage));
  const names = [
    ...(sans.dns_names ?? []).map(dnsName),
    ...(sans.emails ?? []).map((email) => tagged(1, Buffer.from(email, "ascii"), false)),
    ...(sans.upns ?? []).map((upn) =>
      tagged(0, Buffer.concat([objectIdentifier(ids.userPrincipalName), tagged(0, utf8String(upn), true)]), true),
    ),
  ];
  return [
    ...(bits.length > 0 ? [keyUsage(bits)] : []),
    ...(ekus.length > 0 ? [extendedKeyUsage(ekus)] : []),
    ...(names.length > 0 ? [alternativeNames(names)] : []),
    noAuthority(false),
  ];
}
