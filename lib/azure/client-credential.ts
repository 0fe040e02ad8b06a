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
  readonly #ask: (scope: string, signal?: AbortSignal) => Promise<Granted>;
  readonly tenantId: string;
  #early: { scope: string; granted: Promise<Granted> } | undefined;

  constructor(cloud: Cloud, client: ApplicationCredential) {
    this.tenantId = client.tenantId;
    this.#ask = (scope, signal) => requested(cloud, client, scope, signal);
    this.#tokens = new AccessTokens((scope) => this.#taken(scope) ?? this.#ask(scope));
  }

  /** Asks for a token, which the next getToken() for its scope gives, or fails with. @returns throws it away if it was not taken */
  begin(scope: string): () => void {
    if (this.#tokens.isKept(scope)) return () => undefined;
    const stop = new AbortController();
    const early = { scope, granted: this.#ask(scope, stop.signal) };
    early.granted.catch((error: unknown) => {
      // A fault may have passed until the token is needed; a refusal stays, and is not asked for twice.
      if (!(error instanceof Error && "errorCode" in error) && this.#early === early) this.#early = undefined;
    });
    this.#early = early;
    return () => {
      if (this.#early !== early) return;
      this.#early = undefined;
      stop.abort();
    };
  }

  #taken(scope: string): Promise<Granted> | undefined {
    if (this.#early?.scope !== scope) return undefined;
    const { granted } = this.#early;
    this.#early = undefined;
    return granted;
  }

  /** @throws Entra's refusal; EntraError for an outage; Error with an HttpFailure as cause */
  async getToken(scopes: string | string[]): Promise<AccessToken> {
    const { token, expiresOn } = await this.#tokens.of([scopes].flat().join(" "));
    return { token, expiresOnTimestamp: expiresOn.getTime() };
  }
}

async function requested(
  cloud: Cloud,
  client: ApplicationCredential,
  scope: string,
  signal?: AbortSignal,
): Promise<Granted> {
  const grant = { grant_type: "client_credentials", scope };
  const { access_token: token, expiresOn } = await requestTokens(cloud, client, grant, signal).catch(
    (error: unknown) => {
      const reason = asPassingFault(error);
      // A vault's client passes this error on, and its caller would mistake it for an error of the vault.
      throw reason instanceof HttpFailure ? new Error(reason.message, { cause: reason }) : reason;
    },
  );
  if (token === "") throw unexpectedAnswer("Entra answered no token for the Azure credential.");
  return { token, expiresOn };
}
