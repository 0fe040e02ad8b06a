import { createHash, randomBytes, sign, type KeyObject } from "node:crypto";
import {
  bitString,
  boolean,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  tagged,
  utcTime,
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
  /** A CA signs certificates and serves nothing; a server does the reverse, for these names. */
  role: "ca" | { server: { addresses: readonly [number, number, number, number][]; names: readonly string[] } };
}

const ids = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  commonName: "2.5.4.3",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAlternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
};

/** An X.509 v3 certificate (RFC 5280) in PEM. Written here because the libraries that do it need a DOM's types or a polyfill. */
export function issueCertificate(request: CertificateRequest): string {
  const algorithm = sequence(objectIdentifier(ids.ecdsaWithSha256));
  const body = sequence(
    tagged(0, integer(Buffer.from([2])), true),
    // 16 random bytes whose first bit is clear and not all zero: positive, unique, of fixed length.
    integer(Buffer.concat([Buffer.from([0x4d]), randomBytes(15)])),
    algorithm,
    name(request.issuer),
    sequence(utcTime(request.notBefore), utcTime(request.notAfter)),
    name(request.subject),
    spki(request.publicKey),
    tagged(3, sequence(...extensions(request)), true),
  );
  const signature = sign("sha256", body, request.issuerPrivateKey);
  const certificate = sequence(body, algorithm, bitString(signature)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${certificate.replace(/(.{64})/g, "$1\n").trimEnd()}\n-----END CERTIFICATE-----\n`;
}

const name = (common: string): Buffer => sequence(set(sequence(objectIdentifier(ids.commonName), utf8String(common))));
const spki = (key: KeyObject): Buffer => key.export({ format: "der", type: "spki" });
const keyIdentifier = (key: KeyObject): Buffer => createHash("sha1").update(spki(key)).digest();

function extensions({ role, publicKey, issuerPublicKey }: CertificateRequest): Buffer[] {
  const own = extension(ids.subjectKeyIdentifier, false, octetString(keyIdentifier(publicKey)));
  if (role === "ca") {
    return [
      extension(ids.basicConstraints, true, sequence(boolean(true), integer(Buffer.from([0])))),
      // keyCertSign is bit 5.
      extension(ids.keyUsage, true, bitString(Buffer.from([0x04]), 2)),
      own,
    ];
  }
  const names = [
    ...role.server.addresses.map((address) => tagged(7, Buffer.from(address), false)),
    ...role.server.names.map((dns) => tagged(2, Buffer.from(dns), false)),
  ];
  return [
    extension(ids.basicConstraints, true, sequence()),
    // digitalSignature is bit 0.
    extension(ids.keyUsage, true, bitString(Buffer.from([0x80]), 7)),
    extension(ids.extendedKeyUsage, false, sequence(objectIdentifier(ids.serverAuthentication))),
    extension(ids.subjectAlternativeName, false, sequence(...names)),
    own,
    extension(ids.authorityKeyIdentifier, false, sequence(tagged(0, keyIdentifier(issuerPublicKey), false))),
  ];
}

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value));
