/** The sign-in of a service principal; @azure/identity would take longer to load than a whole redemption. */
import type { AccessToken, TokenCredential } from "@azure/identity";
import type { Cloud } from "../config/clouds";
import { HttpFailure } from "../http/http-failure";
import { AccessTokens } from "../oauth/access-tokens";
import type { ApplicationCredential } from "../oauth/confidential-client";
import { asPassingFault, requestTokens, unexpectedAnswer } from "../oauth/token-request";

interface Granted {
  token: string;
  expiresOn: Date;
}

export class ClientCredential implements TokenCredential {
  readonly #tokens: AccessTokens<Granted>;

  constructor(cloud: Cloud, client: ApplicationCredential) {
    this.#tokens = new AccessTokens((scope) => requested(cloud, client, scope));
  }

  /** @throws Entra's refusal; EntraError for an outage; Error with an HttpFailure as cause */
  async getToken(scopes: string | string[]): Promise<AccessToken> {
    const { token, expiresOn } = await this.#tokens.of([scopes].flat().join(" "));
    return { token, expiresOnTimestamp: expiresOn.getTime() };
  }
}

async function requested(cloud: Cloud, client: ApplicationCredential, scope: string): Promise<Granted> {
  const grant = { grant_type: "client_credentials", scope };
  const { access_token: token, expiresOn } = await requestTokens(cloud, client, grant).catch((error: unknown) => {
    const reason = asPassingFault(error);
    // A vault's client passes this error on, and its caller would mistake it for an error of the vault.
    throw reason instanceof HttpFailure ? new Error(reason.message, { cause: reason }) : reason;
  });
  if (token === "") throw unexpectedAnswer("Entra answered no token for the Azure credential.");
  return { token, expiresOn };
}
