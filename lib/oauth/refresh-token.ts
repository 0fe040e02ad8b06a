/** Redeems a refresh token for one resource. Entra answers a rolled token; the old one stays valid. */
import type { Cloud } from "../config/clouds";
import { explained } from "./discovery";
import { type ApplicationCredential, asEntraError, confidentialClient, scopeOf, tokensOf } from "./confidential-client";

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
  const client = confidentialClient(cloud, application);
  const what = `Redeeming the refresh token for ${resource}`;
  try {
    // Without forceCache MSAL drops the rolled token.
    const asked = { refreshToken, scopes: [scopeOf(resource)], forceCache: true };
    const result = await client.acquireTokenByRefreshToken(asked);
    return tokensOf(what, client, resource, result);
  } catch (error) {
    throw asEntraError(what, await explained(cloud, application.tenantId, error), application);
  }
}
