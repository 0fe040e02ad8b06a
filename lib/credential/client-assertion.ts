/** Assertions by certificate: learn.microsoft.com/entra/identity-platform/certificate-credentials. */
import { createHash, randomUUID } from "node:crypto";
import type { AssertionFor } from "../oauth/confidential-client";
import { now } from "../startup/clock";
import type { CertificateReference } from "./credential-record";

/** Milliseconds that an assertion is valid; the page recommends five to ten minutes at most. */
const life = 10 * 60_000;

/** Milliseconds before its expiry at which a new one is signed: requests take time, and clocks differ. */
const margin = 5 * 60_000;

/** Signs a digest (SHA-256) with the key of a certificate, as RSASSA-PSS. */
type Sign = (digest: Buffer) => Promise<Buffer>;

/** The assertions of one certificate: each serves all requests to an endpoint, concurrent or consecutive. */
export function assertionsOf(
  { thumbprint }: Pick<CertificateReference, "thumbprint">,
  sign: Sign,
): (asked: AssertionFor) => Promise<string> {
  const made = new Map<string, { text: Promise<string>; end: number }>();
  return async ({ clientId, tokenEndpoint = "" }) => {
    const key = `${clientId} ${tokenEndpoint}`;
    const known = made.get(key);
    if (known !== undefined && now() < known.end - margin) return await known.text;
    const [from, end] = [now(), now() + life];
    const [nbf, exp] = [from, end].map((at) => Math.floor(at / 1000));
    const text = signed(
      { alg: "PS256", typ: "JWT", "x5t#S256": thumbprint },
      { aud: tokenEndpoint, iss: clientId, sub: clientId, jti: randomUUID(), iat: nbf, nbf, exp },
      sign,
    );
    made.set(key, { text, end });
    // After a failure the next caller asks the vault again.
    text.catch(() => made.delete(key));
    return await text;
  };
}

async function signed(header: object, claims: object, sign: Sign): Promise<string> {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${(await sign(createHash("sha256").update(text).digest())).toString("base64url")}`;
}
