import { createPrivateKey } from "node:crypto";
import { Hono } from "hono";
import * as v from "valibot";
import type { CertificateVersion } from "../context";
import { strictObject } from "../strict-json";
import { nameOf, nowOf, requireOperation, type VaultContext, type VaultEnv } from "./authorization";
import { certificatesOf, namedIn, newestIssued, type NamedCertificate } from "./certificate-store";
import { badParameter, forbidden, notServed, objectNotFound, type VaultError } from "./errors";
import { jsonOf } from "./request-checks";
import { digestBytes, signDigest } from "./rsa-signatures";
import { checked } from "./secret-values";

const signBody = strictObject({ alg: v.string(), value: v.pipe(v.string(), v.regex(/^[\w-]*$/)) });

/** The keys of certificates sign. Nothing else of keys is served. */
export function keyRoutes(): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });

  routes.post("/:name/:version/sign", async (c) => {
    requireOperation(c, "keys/sign");
    const { name, version } = findKey(c);
    const { alg, value } = checked(signBody, await jsonOf(c));
    refuseUse(version, nowOf(c));
    if (!/^(?:PS|RS)(?:256|384|512)$/u.test(alg)) {
      throw badParameter(`Property alg has invalid value: ${alg} is no algorithm of an RSA key`);
    }
    if (alg !== "PS256" && alg !== "RS256") throw notServed(c, ` with ${alg}`);
    const digest = Buffer.from(value, "base64url");
    if (digest.length !== digestBytes) {
      throw badParameter(`Property value has invalid value: ${digestBytes} bytes expected, not ${digest.length}`);
    }
    const signature = signDigest(createPrivateKey(version.privateKey), alg, digest);
    return c.json({ kid: `${c.var.origin}/keys/${name}/${version.id}`, value: signature.toString("base64url") });
  });

  return routes;
}

function findKey(c: VaultContext): { name: string; version: CertificateVersion } {
  const { name, certificate } = findHolder(c);
  const id = c.req.param("version") ?? "";
  const version = certificate.versions.find((one) => one.isIssued && one.id === id);
  if (version === undefined) throw objectNotFound("Key", `${name}/${id}`);
  return { name, version };
}

function findHolder(c: VaultContext): NamedCertificate {
  const name = nameOf(c);
  if (c.var.vault.keys?.has(name.toLowerCase())) throw notServed(c, ", a key that belongs to no certificate");
  const found = namedIn(certificatesOf(c.var.vault, "live", nowOf(c)), name);
  if (found === undefined || newestIssued(found.certificate) === undefined) throw objectNotFound("Key", name);
  return found;
}

/** Refuses what the key's attributes or dates do not allow. */
function refuseUse({ enabled, notBefore, expires }: CertificateVersion, now: number): void {
  if (!enabled) throw notAllowed("a disabled", "KeyDisabled");
  if (now < notBefore * 1000) throw notAllowed("a not yet valid", "KeyNotYetValid");
  if (now >= expires * 1000) throw notAllowed("an expired", "KeyExpired");
}

const notAllowed = (state: string, code: string): VaultError =>
  forbidden(`Operation sign is not allowed on ${state} key.`, code);
