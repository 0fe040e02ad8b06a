/** A client that proves itself with a token of another issuer, as a workflow of GitHub does (RFC 7523, 2.2). */
import type { JSONWebKeySet, JWTPayload } from "jose";
import type { Application } from "../context";
import { NotServedError, refuse } from "./errors";

interface FederatedCredential {
  issuer: string;
  subject: string;
  audiences: readonly string[];
}

/** What Entra's clock may be off by. */
const toleranceSeconds = 300;

/**
 * In which order Entra looks at issuer, signature, times, audience and subject is not documented; this is a reading of its refusals.
 *
 * @throws EntraError 50027 for what is no JWT, 700211 for an issuer that no federated credential names, 50166 when that cannot be asked for
 *   its keys, 5002738 for an algorithm other than RS256, 7000272 for an unknown key, 700027 for a wrong signature, 700024 outside its
 *   times, 700212 and 700213 for an audience and a subject that no federated credential of the issuer names
 */
export async function checkAssertion(application: Application, assertion: string, now: number): Promise<void> {
  const { decodeJwt, decodeProtectedHeader } = await import("jose");
  const parsed = ((): { claims: JWTPayload; algorithm: string; kid: string } => {
    try {
      const { alg: algorithm = "", kid = "" } = decodeProtectedHeader(assertion);
      return { claims: decodeJwt(assertion), algorithm, kid };
    } catch {
      return refuse(50027);
    }
  })();
  const { iss: issuer = "", sub: subject = "" } = parsed.claims;
  if (issuer === application.appId) throw new NotServedError("client assertions of a certificate");
  const ofIssuer = credentialsOf(application).filter((credential) => credential.issuer === issuer);
  if (ofIssuer.length === 0) refuse(700211, { issuer });
  if (parsed.algorithm !== "RS256") refuse(5002738, { algorithm: parsed.algorithm });
  await checkSignature(assertion, parsed.kid, issuer);
  checkTimes(parsed.claims, now);
  const audience = [parsed.claims.aud ?? ""].flat().join(",");
  const ofAudience = ofIssuer.filter(({ audiences }) => audiences.includes(audience));
  if (ofAudience.length === 0) refuse(700212, { audience });
  if (!ofAudience.some((credential) => credential.subject === subject)) refuse(700213, { subject });
}

/** Stored by Graph's federated-credentials.ts. */
function credentialsOf(application: Application): readonly FederatedCredential[] {
  return (application["federatedIdentityCredentials"] as FederatedCredential[] | undefined) ?? [];
}

async function checkSignature(assertion: string, kid: string, issuer: string): Promise<void> {
  const { compactVerify, createLocalJWKSet, errors } = await import("jose");
  const keys = await keysOf(issuer);
  if (!keys.keys.some((key) => key.kid === kid)) refuse(7000272, { kid, issuer });
  try {
    await compactVerify(assertion, createLocalJWKSet(keys), { algorithms: ["RS256"] });
  } catch (error) {
    if (error instanceof errors.JOSEError) refuse(700027);
    throw error;
  }
}

/** Asked each time: a stand-in's keys are new at every start. */
async function keysOf(issuer: string): Promise<JSONWebKeySet> {
  const { hostname, protocol } = new URL(issuer);
  if (protocol !== "https:" || hostname !== "127.0.0.1") {
    throw new NotServedError(
      `federated credentials of ${issuer}: only issuers at https://127.0.0.1 are asked for their keys`,
    );
  }
  try {
    const { jwks_uri } = (await answerOf(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`)) as {
      jwks_uri: string;
    };
    return (await answerOf(jwks_uri)) as JSONWebKeySet;
  } catch {
    return refuse(50166);
  }
}

async function answerOf(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return await response.json();
}

function checkTimes({ nbf = 0, exp = 0 }: JWTPayload, now: number): void {
  const seconds = now / 1000;
  if (nbf <= seconds + toleranceSeconds && exp > seconds - toleranceSeconds) return;
  const date = (time: number): string => new Date(time * 1000).toISOString();
  refuse(700024, { now: date(seconds), from: date(nbf), until: date(exp) });
}
