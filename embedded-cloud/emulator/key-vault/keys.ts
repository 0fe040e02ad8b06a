import { createPrivateKey, createPublicKey } from "node:crypto";
import { Hono } from "hono";
import * as v from "valibot";
import type { CertificateVersion } from "../context";
import { strictObject } from "../strict-json";
import { nameOf, nowOf, requireOperation, type VaultContext, type VaultEnv } from "./authorization";
import { certificatesOf, namedIn, newestIssued, type NamedCertificate } from "./certificate-store";
import { badParameter, forbidden, notServed, objectNotFound, type VaultError } from "./errors";
import { objectAttributes } from "./object-attributes";
import { pageOf } from "./paging";
import { jsonOf } from "./request-checks";
import { algorithms, signDigest, verifyDigest } from "./rsa-signatures";
import { checked } from "./secret-values";

const base64url = v.pipe(v.string(), v.regex(/^[\w-]*$/));
const signBody = strictObject({ alg: v.string(), value: base64url });
const verifyBody = strictObject({ alg: v.string(), digest: base64url, value: base64url });

interface FoundKey {
  name: string;
  version: CertificateVersion;
}

/** The keys of certificates: get, list, list versions, sign, verify. Other keys are not served. */
export function keyRoutes(): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });
  const findKey = (c: VaultContext): FoundKey => {
    const { name, certificate } = findHolder(c);
    const id = c.req.param("version") ?? "";
    const version =
      id === "" ? newestIssued(certificate) : certificate.versions.find((one) => one.isIssued && one.id === id);
    if (version === undefined) throw objectNotFound("Key", id === "" ? name : `${name}/${id}`);
    return { name, version };
  };

  routes.get("/", (c) => {
    requireOperation(c, "keys/list");
    const keys = certificatesOf(c.var.vault, "live", nowOf(c)).flatMap(({ name, certificate }) => {
      const version = newestIssued(certificate);
      return version === undefined ? [] : [{ name, version }];
    });
    return pageOf(c, keys, (key) => ({ ...keyItem(c, key), kid: `${c.var.origin}/keys/${key.name}` }));
  });

  routes.get("/:name/versions", (c) => {
    requireOperation(c, "keys/list");
    const { name, certificate } = findHolder(c);
    const versions = certificate.versions
      .filter(({ isIssued }) => isIssued)
      .toSorted((a, b) => a.id.localeCompare(b.id));
    return pageOf(c, versions, (version) => keyItem(c, { name, version }));
  });

  routes.get("/:name/:version?", (c) => {
    requireOperation(c, "keys/get");
    return c.json(keyBundle(c, findKey(c)));
  });

  // Without a version, as with an empty one, the newest.
  routes.on("POST", ["/:name/sign", "/:name//sign", "/:name/:version/sign"], async (c) => {
    requireOperation(c, "keys/sign");
    const key = findKey(c);
    const { alg, value } = checked(signBody, await jsonOf(c));
    refuseUse(key.version, "sign", nowOf(c));
    const algorithm = algorithmOf(c, alg);
    const signature = signDigest(
      createPrivateKey(key.version.privateKey),
      algorithm,
      digestOf("value", algorithm, value),
    );
    return c.json({ kid: keyId(c, key), value: signature.toString("base64url") });
  });

  routes.on("POST", ["/:name/verify", "/:name//verify", "/:name/:version/verify"], async (c) => {
    requireOperation(c, "keys/verify");
    const key = findKey(c);
    const { alg, digest, value } = checked(verifyBody, await jsonOf(c));
    refuseDisabled(key.version, "verify");
    refuseForbidden(key.version, "verify");
    const algorithm = algorithmOf(c, alg);
    const publicKey = createPublicKey(key.version.privateKey);
    const signature = Buffer.from(value, "base64url");
    return c.json({ value: verifyDigest(publicKey, algorithm, digestOf("digest", algorithm, digest), signature) });
  });

  return routes;
}

function findHolder(c: VaultContext): NamedCertificate {
  const name = nameOf(c);
  if (c.var.vault.keys?.has(name.toLowerCase())) throw notServed(c, ", a key that belongs to no certificate");
  const found = namedIn(certificatesOf(c.var.vault, "live", nowOf(c)), name);
  if (found === undefined || newestIssued(found.certificate) === undefined) throw objectNotFound("Key", name);
  return found;
}

const keyId = (c: VaultContext, { name, version }: FoundKey): string => `${c.var.origin}/keys/${name}/${version.id}`;

const keyItem = (c: VaultContext, key: FoundKey): Record<string, unknown> => ({
  kid: keyId(c, key),
  attributes: objectAttributes(c.var.vault, key.version),
  tags: key.version.tags,
  managed: true,
});

function keyBundle(c: VaultContext, key: FoundKey): Record<string, unknown> {
  const { n, e } = createPublicKey(key.version.privateKey).export({ format: "jwk" });
  const { kid, ...rest } = keyItem(c, key);
  return { key: { kid, kty: "RSA", key_ops: key.version.keyOperations, n, e }, ...rest };
}

/**
 * Refuses operations that the key's usages, attributes or dates do not allow. Outside of its dates a key
 * still verifies: https://learn.microsoft.com/azure/key-vault/keys/about-keys-details.
 */
function refuseUse(version: CertificateVersion, operation: string, now: number): void {
  refuseDisabled(version, operation);
  if (now < version.notBefore * 1000) throw notAllowed(operation, "a not yet valid", "KeyNotYetValid");
  if (now >= version.expires * 1000) throw notAllowed(operation, "an expired", "KeyExpired");
  refuseForbidden(version, operation);
}

function refuseDisabled({ enabled }: CertificateVersion, operation: string): void {
  if (!enabled) throw notAllowed(operation, "a disabled", "KeyDisabled");
}

const notAllowed = (operation: string, state: string, code: string): VaultError =>
  forbidden(`Operation ${operation} is not allowed on ${state} key.`, code);

function refuseForbidden({ keyOperations }: CertificateVersion, operation: string): void {
  if (keyOperations.includes(operation)) return;
  const message = `Operation ${operation} is not permitted on this key.`;
  throw forbidden(message, "KeyOperationForbidden");
}

function algorithmOf(c: VaultContext, name: string): (typeof algorithms)[string] {
  if (name === "RSNULL") throw notServed(c, ` with ${name}`);
  const algorithm = algorithms[name];
  if (algorithm === undefined)
    throw badParameter(`Property alg has invalid value: ${name} is no algorithm of an RSA key`);
  return algorithm;
}

function digestOf(property: string, { digest: length }: (typeof algorithms)[string], text: string): Buffer {
  const digest = Buffer.from(text, "base64url");
  if (digest.length === length) return digest;
  throw badParameter(`Property ${property} has invalid value: ${length} bytes expected, not ${digest.length}`);
}
