/** Key pairs and self-signed certificates by a certificate's policy. */
import { createPublicKey, generateKeyPair, type KeyObject, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { CertificatePolicy, CertificateVersion } from "../context";
import { commonName, extendedKeyUsage, issuersKey, keyUsage, noAuthority, ownKey, signedCertificate } from "../x509";

const clientAuthentication = "1.3.6.1.5.5.7.3.2";

/** Recorded: a certificate is valid from ten minutes before its creation. */
const secondsBefore = 600;

/** A new version, not issued yet. @param created seconds since the epoch; `validity_months` count from here */
export async function draftVersion(
  { x509_props: { subject, validity_months: months } }: CertificatePolicy,
  created: number,
  tags: Record<string, string>,
): Promise<CertificateVersion> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const [notBefore, expires] = [created - secondsBefore, monthsAfter(created, months)];
  const name = subject.replace(/^CN=/u, "");
  const certificate = selfSigned(name, privateKey, new Date(notBefore * 1000), new Date(expires * 1000));
  return {
    id: randomBytes(16).toString("hex"),
    isIssued: false,
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    certificate: certificate.toString("base64"),
    contentType: "application/x-pkcs12",
    ...{ tags, enabled: false, created, updated: created, notBefore, expires },
  };
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

function selfSigned(name: string, issuerPrivateKey: KeyObject, notBefore: Date, notAfter: Date): Buffer {
  const publicKey = createPublicKey(issuerPrivateKey);
  const subject = commonName(name);
  return signedCertificate({
    ...{ issuer: subject, subject, publicKey, issuerPrivateKey, notBefore, notAfter },
    extensions: [
      // digitalSignature is bit 0.
      keyUsage([0]),
      extendedKeyUsage([clientAuthentication]),
      noAuthority(false),
      issuersKey(publicKey),
      ownKey(publicKey),
    ],
  });
}
