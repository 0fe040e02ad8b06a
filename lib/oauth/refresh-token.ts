/** Redeems a refresh token for one resource. Entra answers a rolled token; the old one stays valid. */
import type { Cloud } from "../config/clouds";
import type { ApplicationCredential } from "./confidential-client";
import { asEntraError, namesOfScopes, requestTokens, scopeOf, unexpectedAnswer } from "./token-request";

/** Entra's tokens for one resource, in memory only. */
export interface Tokens {
  accessToken: string;
  expiresOn: Date;
  /** The rolled refresh token; expires in 90 days. */
  refreshToken: string;
  resource: string;
  /** Names of delegated permissions: the only proof of grants that needs no right to read the directory. */
  scopes: readonly string[];
}

/** @param resource its registered URI, with or without a final slash, or its client id @throws EntraError */
export async function redeemRefreshToken(
  cloud: Cloud,
  application: ApplicationCredential,
  refreshToken: string,
  resource: string,
): Promise<Tokens> {
  const what = `Redeeming the refresh token for ${resource}`;
  // Without offline_access Entra rolls no refresh token.
  const scope = `${scopeOf(resource)} openid profile offline_access`;
  const grant = { grant_type: "refresh_token", refresh_token: refreshToken, scope };
  const found = await requestTokens(cloud, application, grant).catch((error: unknown) => {
    throw asEntraError(what, error, application);
  });
  const { access_token: accessToken, refresh_token: rolled, expiresOn, scope: given } = found;
  if (accessToken === "" || rolled === "") throw unexpectedAnswer(`${what} answered no complete set of tokens.`);
  const scopes = namesOfScopes(given.split(" ").filter(Boolean));
  return { accessToken, expiresOn, refreshToken: rolled, resource, scopes };
}
