/** Redeeming a refresh token for one resource. Entra answers a rolled token with it; the old one stays valid. */
import type { Cloud } from "../config/clouds";
import { explained } from "./discovery";
import { type ApplicationCredential, asEntraError, confidentialClient, scopeOf, tokensOf } from "./confidential-client";

/** What Entra handed out for one resource. Lives in memory only. */
export interface Tokens {
  accessToken: string;
  /** When the access token ends. */
  expiresOn: Date;
  /** The rolled refresh token; 90 days from now. */
  refreshToken: string;
  /** What it is for: an origin as in the cloud's row, or a client id. */
  resource: string;
  /** Names of the delegated permissions that it carries, as Entra answers them: the only proof of what is granted that takes no right. */
  scopes: readonly string[];
}

/** @param resource its URI, with or without a trailing slash, as its audience is registered, or its client id @throws EntraError with what helps */
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
    const result = await client.acquireTokenByRefreshToken({
      refreshToken,
      scopes: [scopeOf(resource)],
      forceCache: true,
    });
    return tokensOf(what, client, resource, result);
  } catch (error) {
    throw asEntraError(what, await explained(cloud, application.tenantId, error), application);
  }
}
