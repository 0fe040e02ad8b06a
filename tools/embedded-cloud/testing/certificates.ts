/** Certificates of an emulator's vault, with plain requests, and assertions that its keys sign. */
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, X509Certificate } from "node:crypto";
import { issueCertificate } from "../emulator/x509";
import type { Emulator } from "../emulator/emulator";
import { vaultVersion, withVersion } from "./azure";
import { askAs, type Answer, type Ask } from "./callers";

/** The policy of a client's certificate: the key stays in the vault, and it is not renewed automatically. */
export const clientPolicy = {
  issuer: { name: "Self" },
  key_props: { kty: "RSA", key_size: 2048, exportable: false, reuse_key: false },
  secret_props: { contentType: "application/x-pkcs12" },
  x509_props: {
    subject: "CN=partner",
    validity_months: 12,
    key_usage: ["digitalSignature"],
    ekus: ["1.3.6.1.5.5.7.3.2"],
  },
  lifetime_actions: [{ trigger: { lifetime_percentage: 80 }, action: { action_type: "EmailContacts" } }],
};

/** Returns a function that sends requests to a vault; `api-version` is added. */
export async function askVault(emulator: Emulator, origin: string): Promise<Ask> {
  const ask = await askAs(emulator, origin);
  return (method, path, body, headers) => ask(method, withVersion(path, vaultVersion), body, headers);
}

export interface CertificateBundle {
  id: string;
  kid: string;
  x5t: string;
  cer: string;
  attributes: { enabled: boolean; created: number; updated: number; nbf: number; exp: number };
}

/** Creates a certificate and moves the cloud's clock past the creation. */
export async function makeCertificate(
  emulator: Emulator,
  vault: Ask,
  name: string,
  policy: object = clientPolicy,
): Promise<CertificateBundle> {
  const { status, body } = await vault("POST", `/certificates/${name}/create`, { policy });
  if (status !== 202) throw new Error(JSON.stringify(body));
  emulator.clock.advance(1500);
  return (await vault("GET", `/certificates/${name}`)).body as CertificateBundle;
}

/** The certificate in the form in which a client adds it to an application. */
export const keyCredential = ({ cer }: CertificateBundle): object => ({
  type: "AsymmetricX509Cert",
  usage: "Verify",
  key: Buffer.from(new X509Certificate(Buffer.from(cer, "base64")).toString()).toString("base64"),
});

export const thumbprint = (cer: string, hash = "sha256"): string =>
  createHash(hash).update(Buffer.from(cer, "base64")).digest("base64url");

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** Claims of an assertion for a tenant of the emulator, which is valid for five minutes of its clock. */
export function assertionClaims(emulator: Emulator, clientId: string): object {
  const now = Math.floor(emulator.clock.now() / 1000);
  return {
    aud: `${emulator.url}/${emulator.seeds.partner.id}/oauth2/v2.0/token`,
    ...{ iss: clientId, sub: clientId, jti: randomUUID(), nbf: now, iat: now, exp: now + 300 },
  };
}

/** An assertion that the certificate's key in the vault signs. */
export async function signedAssertion(
  vault: Ask,
  { kid, cer }: CertificateBundle,
  claims: object,
  header: object = { alg: "PS256", typ: "JWT", "x5t#S256": thumbprint(cer) },
): Promise<string> {
  const text = `${encoded(header)}.${encoded(claims)}`;
  const value = createHash("sha256").update(text).digest("base64url");
  const alg = (header as { alg: string }).alg;
  const { body }: Answer = await vault("POST", `${new URL(kid).pathname}/sign`, { alg, value });
  return `${text}.${(body as { value: string }).value}`;
}

/** A certificate in DER, as Base64. */
export const derOf = (pem: string): string => new X509Certificate(pem).raw.toString("base64");

/** A certificate from outside of the vault, with its key: an RSA one, valid from 2000 to 2099 unless dates are given. */
export function foreignCertificate(
  from = "2000-01-01T00:00:00Z",
  until = "2099-12-31T00:00:00Z",
): {
  pem: string;
  privateKey: KeyObject;
} {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = issueCertificate({
    ...{ subject: "foreign", issuer: "foreign", role: "ca" },
    ...{ publicKey, issuerPublicKey: publicKey, issuerPrivateKey: privateKey },
    notBefore: new Date(from),
    notAfter: new Date(until),
  });
  return { pem, privateKey };
}
