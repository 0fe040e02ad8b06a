/** A confidential client, as MSAL sees it: the application itself, or the service principal that asks the vault. */
import { AuthError, type AuthenticationResult, ConfidentialClientApplication } from "@azure/msal-node";
import type { Cloud } from "../config/clouds";
import { Failure, partsOf } from "../errors/failure";
import { fullStop } from "../errors/text";
import { aadstsCodeIn, entraError, fixes, refusalsOf } from "./aadsts";
import { networkFailure } from "./discovery";
import { network } from "./network";
import type { Tokens } from "./refresh-token";

/** What an assertion is made for: MSAL says it with each request. */
export interface AssertionFor {
  clientId: string;
  /** Where it goes, which it names as its audience. */
  tokenEndpoint?: string;
}

/** How a client proves itself: with a secret, or with a signed text that a certificate's key or another issuer vouches for. */
export type Proof = { clientSecret: string } | { clientAssertion: (asked: AssertionFor) => Promise<string> };

/** A client and its proof, for memory only. */
export type ApplicationCredential = {
  /** GUID. */
  tenantId: string;
  clientId: string;
} & Proof;

/** Makes a client with an empty cache: the tokens in it afterwards are those of one request, and nobody else's. */
export function confidentialClient(cloud: Cloud, credential: ApplicationCredential): ConfidentialClientApplication {
  const { tenantId, clientId, ...proof } = credential;
  return new ConfidentialClientApplication({
    system: { networkClient: network },
    auth: {
      clientId,
      ...proof,
      authority: `${cloud.authority}/${tenantId}`,
      // The cloud row is the only source of authorities: no instance discovery. MSAL wants host:port here.
      knownAuthorities: [new URL(cloud.authority).host],
    },
  });
}

/** The scope that asks for everything consented to on one resource, as v2 wants it: one resource a request. */
export function scopeOf(resource: string): string {
  return `${resource}/.default`;
}

/** The name of the permission in a scope: user_impersonation of https://management.azure.com/user_impersonation. */
function nameOfScope(scope: string): string {
  return scope.slice(scope.lastIndexOf("/") + 1);
}

/** What a client was given; the refresh token is in MSAL's cache alone. @param what "Redeeming the refresh token" */
export function tokensOf(
  what: string,
  client: ConfidentialClientApplication,
  resource: string,
  result: AuthenticationResult | null,
): Tokens {
  const cache = JSON.parse(client.getTokenCache().serialize()) as { RefreshToken?: Record<string, { secret: string }> };
  const refreshToken = Object.values(cache.RefreshToken ?? {}).at(-1)?.secret;
  if (result?.expiresOn && refreshToken !== undefined) {
    const { accessToken, expiresOn } = result;
    return { accessToken, expiresOn, refreshToken, resource, scopes: result.scopes.map(nameOfScope) };
  }
  throw unexpectedAnswer(`${what} answered no complete set of tokens.`);
}

/**
 * Turns what MSAL throws into what this project throws; what is neither Entra's answer nor the lack of one goes on unchanged.
 * @param proof of the client that asked
 */
export function asEntraError(what: string, error: unknown, proof: object): Error {
  const unanswered = networkFailure(error);
  if (unanswered !== undefined)
    return new Failure(unanswered.code, { ...partsOf(unanswered), what: `${what} failed. ${unanswered.what}` });
  if (!(error instanceof AuthError)) return error instanceof Error ? error : new Error(String(error));
  if (aadstsCodeIn(error.errorMessage) !== undefined)
    return entraError(what, error.errorCode, error.errorMessage, refusalsOf(proof));
  return unexpectedAnswer(`${what} failed: ${error.errorCode}: ${fullStop(error.errorMessage)}`);
}

export function unexpectedAnswer(what: string): Failure {
  return new Failure("entra-unexpected", what, ...fixes.defect);
}
