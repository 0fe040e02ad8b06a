/**
 * A service principal with a client secret, over the MSAL that redeems refresh tokens anyway. @azure/identity has the same, but
 * loading it takes longer than a whole redemption, and `token` runs in loops of scripts.
 */
import type { AccessToken, TokenCredential } from "@azure/identity";
import { ConfidentialClientApplication } from "@azure/msal-node";
import type { Cloud } from "../config/clouds";

export class SecretCredential implements TokenCredential {
  readonly #client: ConfidentialClientApplication;

  constructor(cloud: Cloud, tenantId: string, clientId: string, clientSecret: string) {
    const authority = `${cloud.authority}/${tenantId}`;
    // The cloud row is the only source of authorities: no instance discovery. MSAL wants host:port here.
    const knownAuthorities = [new URL(cloud.authority).host];
    this.#client = new ConfidentialClientApplication({ auth: { clientId, clientSecret, authority, knownAuthorities } });
  }

  /** @throws MSAL's error when Entra refuses; MSAL keeps the token until it ends */
  async getToken(scopes: string | string[]): Promise<AccessToken> {
    const result = await this.#client.acquireTokenByClientCredential({ scopes: [scopes].flat() });
    if (!result?.expiresOn) throw new Error("Entra answered no token for the Azure credential.");
    return { token: result.accessToken, expiresOnTimestamp: result.expiresOn.getTime() };
  }
}
