/** A client with a token of another issuer as its credential, such as a GitHub workflow (RFC 7523, 2.2). */
import type { JSONWebKeySet } from "jose";
import type { Application } from "../context";
import { checkTimes, type ParsedAssertion } from "./assertion-parts";
import { NotServedError, refuse } from "./errors";

interface FederatedCredential {
  issuer: string;
  subject: string;
  audiences: readonly string[];
}

/** Whether one of the application's federated credentials names this issuer. */
export const trusts = (application: Application, issuer: string): boolean =>
  credentialsOf(application).some((credential) => credential.issuer === issuer);

/**
 * Entra's order of these checks is not documented; this one is derived from its refusals.
 *
 * @throws EntraError 700211, 700212 and 700213 for an issuer, an audience and a subject that no federated
 *   credential names, 50166 when the issuer's keys cannot be requested, 5002738 for an algorithm other than
 *   RS256, 7000272 for an unknown key, 700027 for a wrong signature, 700024 outside of its validity
 */
export async function checkFederated(application: Application, parsed: ParsedAssertion, now: number): Promise<void> {
  const { iss: issuer = "", sub: subject = "" } = parsed.claims;
  const ofIssuer = credentialsOf(application).filter((credential) => credential.issuer === issuer);
  if (ofIssuer.length === 0) refuse(700211, { issuer });
  const { alg: algorithm = "", kid = "" } = parsed.header;
  if (algorithm !== "RS256") refuse(5002738, { algorithm, supported: "RS256,RS384,RS512" });
  await checkSignature(parsed.text, kid, issuer);
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
    if (error instanceof errors.JOSEError) {
      refuse(700027, { problem: "Client assertion failed signature validation.", reason: "" });
    }
    throw error;
  }
}

/** Requested each time: an emulated issuer has new keys at every start. */
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
