/** A confidential client of MSAL: the application, or the service principal that uses the vault. */
import { AuthError, type AuthenticationResult, ConfidentialClientApplication } from "@azure/msal-node";
import type { Cloud } from "../config/clouds";
import { Failure, partsOf } from "../errors/failure";
import { fullStop } from "../errors/text";
import { entraError, fixes, isPassing, refusalsOf } from "./aadsts";
import { networkFailure } from "./discovery";
import { networkOf } from "./network";
import type { Tokens } from "./refresh-token";

/** What an assertion is created for: MSAL passes it with each request. */
export interface AssertionFor {
  clientId: string;
  tokenEndpoint?: string;
}

/** A client's proof: a secret, or an assertion signed with a certificate's key or by another issuer. */
export type Proof = { clientSecret: string } | { clientAssertion: (asked: AssertionFor) => Promise<string> };

/** A client and its proof, for memory only. */
export type ApplicationCredential = {
  /** GUID. */
  tenantId: string;
  clientId: string;
} & Proof;

/** Creates a client with an empty cache: afterwards it contains only the tokens of one request. */
export function confidentialClient(cloud: Cloud, credential: ApplicationCredential): ConfidentialClientApplication {
  const { tenantId, clientId, ...proof } = credential;
  return new ConfidentialClientApplication({
    system: { networkClient: networkOf(cloud) },
    auth: {
      clientId,
      ...proof,
      authority: `${cloud.authority}/${tenantId}`,
      // No instance discovery: the cloud's row is the only source. MSAL expects host:port here.
      knownAuthorities: [new URL(cloud.authority).host],
    },
  });
}

/** The scope that requests everything consented to on one resource; v2 allows one resource a request. */
export const scopeOf = (resource: string): string => `${resource}/.default`;

const nameOfScope = (scope: string): string => scope.slice(scope.lastIndexOf("/") + 1);

/** Only MSAL's cache contains the refresh token. @param what "Redeeming the refresh token" */
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

/** MSAL's errors as this project's; those of another cause stay as they are. @param proof of the client */
export function asEntraError(what: string, error: unknown, proof: object): Error {
  const unanswered = networkFailure(error);
  if (unanswered !== undefined)
    return new Failure(unanswered.code, { ...partsOf(unanswered), what: `${what} failed. ${unanswered.what}` });
  if (!(error instanceof AuthError)) return error instanceof Error ? error : new Error(String(error));
  const told = entraError(what, error.errorCode, error.errorMessage, refusalsOf(proof));
  if (told.aadsts !== undefined || isPassing(told)) return told;
  return unexpectedAnswer(`${what} failed: ${error.errorCode}: ${fullStop(error.errorMessage)}`);
}

/** A passing fault of Entra's as this project's error; any other error stays as it is. */
export function asPassingFault(error: unknown): unknown {
  if (!(error instanceof AuthError)) return error;
  const told = entraError("Asking Entra for a token", error.errorCode, error.errorMessage);
  return isPassing(told) ? told : error;
}

export const unexpectedAnswer = (what: string): Failure => new Failure("entra-unexpected", what, ...fixes.defect);
