/** A service principal over MSAL, because @azure/identity takes longer to load than a whole redemption. */
import type { AccessToken, TokenCredential } from "@azure/identity";
import type { ConfidentialClientApplication } from "@azure/msal-node";
import type { Cloud } from "../config/clouds";
import { HttpFailure } from "../http/http-failure";
import { explained } from "../oauth/discovery";
import {
  type ApplicationCredential,
  asPassingFault,
  confidentialClient,
  unexpectedAnswer,
} from "../oauth/confidential-client";

export class ClientCredential implements TokenCredential {
  readonly #client: ConfidentialClientApplication;
  readonly #tenantId: string;

  constructor(
    private readonly cloud: Cloud,
    client: ApplicationCredential,
  ) {
    this.#client = confidentialClient(cloud, client);
    this.#tenantId = client.tenantId;
  }

  /** MSAL caches it. @throws MSAL's refusal; EntraError for an outage; Error with an HttpFailure as cause */
  async getToken(scopes: string | string[]): Promise<AccessToken> {
    const result = await this.#client
      .acquireTokenByClientCredential({ scopes: [scopes].flat() })
      .catch(async (error: unknown) => {
        const reason = asPassingFault(await explained(this.cloud, this.#tenantId, error));
        // A vault's client passes this error on, and its caller would mistake it for an error of the vault.
        throw reason instanceof HttpFailure ? new Error(reason.message, { cause: reason }) : reason;
      });
    if (!result?.expiresOn) throw unexpectedAnswer("Entra answered no token for the Azure credential.");
    return { token: result.accessToken, expiresOnTimestamp: result.expiresOn.getTime() };
  }
}
