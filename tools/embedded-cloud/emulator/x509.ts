/** X.509 v3 certificates (RFC 5280): the available libraries need a DOM's types or a polyfill. */
import { createHash, randomBytes, sign, type KeyObject } from "node:crypto";
import {
  bitString,
  boolean,
  integer,
  nothing,
  objectIdentifier,
  octetString,
  sequence,
  set,
  tagged,
  time,
  utf8String,
} from "./der";

/** A certificate to be issued. Keys are P-256 (ECDSA with SHA-256). */
export interface CertificateRequest {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  issuerPublicKey: KeyObject;
  issuerPrivateKey: KeyObject;
  notBefore: Date;
  notAfter: Date;
  /** A CA signs certificates and is not used by a server; a server's certificate is the reverse. */
  role: "ca" | { server: { addresses: readonly [number, number, number, number][]; names: readonly string[] } };
}

const ids = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  sha256WithRsa: "1.2.840.113549.1.1.11",
  commonName: "2.5.4.3",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAlternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
};

/** A certificate in PEM. */
export function issueCertificate(request: CertificateRequest): string {
  return pemOf(
    signedCertificate({
      ...request,
      issuer: commonName(request.issuer),
      subject: commonName(request.subject),
      extensions: extensions(request),
    }),
  );
}

/** The content of a certificate, with names and extensions already encoded, and its signer. */
export interface CertificateParts {
  issuer: Buffer;
  subject: Buffer;
  publicKey: KeyObject;
  issuerPrivateKey: KeyObject;
  notBefore: Date;
  notAfter: Date;
  extensions: readonly Buffer[];
}

/** A certificate in DER, signed with SHA-256 and the issuer's kind of key. */
export function signedCertificate(parts: CertificateParts): Buffer {
  const body = sequence(
    tagged(0, integer(Buffer.from([2])), true),
    // 16 random bytes whose first bit is clear and not all zero: positive, unique, of fixed length.
    integer(Buffer.concat([Buffer.from([0x4d]), randomBytes(15)])),
    algorithmOf(parts.issuerPrivateKey),
    parts.issuer,
    sequence(time(parts.notBefore), time(parts.notAfter)),
    parts.subject,
    spki(parts.publicKey),
    tagged(3, sequence(...parts.extensions), true),
  );
  return signed(body, parts.issuerPrivateKey);
}

const signed = (body: Buffer, key: KeyObject): Buffer =>
  sequence(body, algorithmOf(key), bitString(sign("sha256", body, key)));

const algorithmOf = (key: KeyObject): Buffer =>
  key.asymmetricKeyType === "rsa"
    ? sequence(objectIdentifier(ids.sha256WithRsa), nothing())
    : sequence(objectIdentifier(ids.ecdsaWithSha256));

function pemOf(der: Buffer): string {
  const lines = der.toString("base64").replace(/(.{64})/g, "$1\n");
  return `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

/** A name of this attribute alone. */
export const commonName = (common: string): Buffer =>
  sequence(set(sequence(objectIdentifier(ids.commonName), utf8String(common))));
const spki = (key: KeyObject): Buffer => key.export({ format: "der", type: "spki" });
const keyIdentifier = (key: KeyObject): Buffer => createHash("sha1").update(spki(key)).digest();

function extensions({ role, publicKey, issuerPublicKey }: CertificateRequest): Buffer[] {
  if (role === "ca") {
    return [
      extension(ids.basicConstraints, true, sequence(boolean(true), integer(Buffer.from([0])))),
      // keyCertSign is bit 5.
      keyUsage([5]),
      ownKey(publicKey),
    ];
  }
  const names = [
    ...role.server.addresses.map((address) => tagged(7, Buffer.from(address), false)),
    ...role.server.names.map(dnsName),
  ];
  return [
    noAuthority(true),
    // digitalSignature is bit 0.
    keyUsage([0]),
    extendedKeyUsage([ids.serverAuthentication]),
    alternativeNames(names),
    ownKey(publicKey),
    issuersKey(issuerPublicKey),
  ];
}

const dnsName = (dns: string): Buffer => tagged(2, Buffer.from(dns, "ascii"), false);
const alternativeNames = (names: readonly Buffer[]): Buffer =>
  extension(ids.subjectAlternativeName, false, sequence(...names));
export const noAuthority = (critical: boolean): Buffer => extension(ids.basicConstraints, critical, sequence());
export const extendedKeyUsage = (usages: readonly string[]): Buffer =>
  extension(ids.extendedKeyUsage, false, sequence(...usages.map(objectIdentifier)));
export const ownKey = (key: KeyObject): Buffer =>
  extension(ids.subjectKeyIdentifier, false, octetString(keyIdentifier(key)));
export const issuersKey = (key: KeyObject): Buffer =>
  extension(ids.authorityKeyIdentifier, false, sequence(tagged(0, keyIdentifier(key), false)));

/** @param bits from 0 for digitalSignature to 8 for decipherOnly (RFC 5280, 4.2.1.3) */
export function keyUsage(bits: readonly number[]): Buffer {
  const last = Math.max(...bits);
  const bytes = Buffer.alloc(Math.floor(last / 8) + 1);
  for (const bit of bits) {
    const byte = Math.floor(bit / 8);
    bytes.writeUInt8(bytes.readUInt8(byte) | (0x80 >> (bit % 8)), byte);
  }
  return extension(ids.keyUsage, true, bitString(bytes, 7 - (last % 8)));
}

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value));
