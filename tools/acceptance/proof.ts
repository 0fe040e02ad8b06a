/** The application's proof in the run's own requests: its client secret, or an assertion by the vault. */
import { createHash, randomUUID } from "node:crypto";
import { now } from "../../lib/startup/clock";
import { textOf } from "./answers";
import type { World } from "./world";

/** A certificate as the stack's output names it. Source: docs/decisions/0018. */
export interface Certificate {
  name: string;
  version: string;
  /** SHA-256 of the certificate, base64url. */
  thumbprint: string;
}

export function certificateIn(reference: string): Certificate | undefined {
  const [, name, version, thumbprint] = /^certificate:([\w-]+)\/([0-9a-f]{32})#([\w-]{43})$/u.exec(reference) ?? [];
  if (name === undefined || version === undefined || thumbprint === undefined) return undefined;
  return { name, version, thumbprint };
}

/** Seconds that an assertion is valid. */
const life = 300;

/** The fields of a token request. @param vaultUri with a slash at its end */
export async function assertionOf(
  { asDeployer }: World,
  { name, version, thumbprint }: Certificate,
  { vaultUri, clientId, endpoint }: Readonly<Record<"vaultUri" | "clientId" | "endpoint", string>>,
): Promise<Record<string, string>> {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const iat = Math.floor(now() / 1000);
  const claims = { aud: endpoint, iss: clientId, sub: clientId, jti: randomUUID(), iat, nbf: iat, exp: iat + life };
  const text = `${part({ alg: "PS256", typ: "JWT", "x5t#S256": thumbprint })}.${part(claims)}`;
  const { status, body } = await asDeployer("keyVault", {
    method: "POST",
    path: `${vaultUri}keys/${name}/${version}/sign?api-version=7.4`,
    body: { alg: "PS256", value: createHash("sha256").update(text).digest("base64url") },
  });
  if (status !== 200) throw new Error(`The vault does not sign: ${status}.`);
  return {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: `${text}.${textOf(body?.["value"])}`,
  };
}
