/**
 * A Key Vault's side of the connection, behind the real SDK: `jest.mock("@azure/keyvault-secrets", mockedSdk)` gives every SecretClient
 * this network instead of its own. The running test provides the responses.
 */
import type { TokenCredential } from "@azure/identity";
import type { SecretClientOptions } from "@azure/keyvault-secrets";

type HttpClient = NonNullable<SecretClientOptions["httpClient"]>;
type Request = Parameters<HttpClient["sendRequest"]>[0];

export interface Sent {
  method: string;
  /** Without host and api-version. */
  path: string;
  body: unknown;
}

export interface Reply {
  status: number;
  body?: object;
}

/** Throws the given error as the SDK's own network would: connection errors. */
type Network = (sent: Sent) => Reply;

let network: Network = () => ({ status: 500 });
let sent: Sent[] = [];
/** The resource in the vault's challenge; undefined: the vault's own. */
let challenged: string | undefined;

/** Installs the responses of one test and returns the list of sent requests. */
export function answering(replies: Network, challenge?: string): Sent[] {
  network = replies;
  challenged = challenge;
  sent = [];
  return sent;
}

/** Key Vault's error body: the reason is in the inner error, if there is one. */
export function keyVaultError(status: number, code: string, inner?: string): Reply {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  return { status, body: { error: { code, message: "words of the vault", ...innererror } } };
}

/** Also in place of the product's own client: `jest.spyOn(httpClient, "sendRequest").mockImplementation(vaultNetwork.sendRequest)`. */
export const vaultNetwork: HttpClient = {
  // eslint-disable-next-line @typescript-eslint/require-await -- an error of the network must be a rejection
  sendRequest: async (request) => {
    const reply = (status: number, body: object | undefined, headers: object) => ({
      request,
      status,
      bodyAsText: body === undefined ? "" : JSON.stringify(body),
      headers: Reflect.construct(request.headers.constructor, [headers]) as Request["headers"],
    });
    const url = new URL(request.url);
    if (!request.headers.has("authorization")) {
      const resource = challenged ?? `https://${url.host.replace(/^[^.]+\./u, "")}`;
      const challenge = `Bearer authorization="https://login.example/tenant", resource="${resource}"`;
      return reply(401, undefined, { "www-authenticate": challenge });
    }
    url.searchParams.delete("api-version");
    const body = typeof request.body === "string" ? (JSON.parse(request.body) as unknown) : undefined;
    const one = { method: request.method, path: url.pathname + url.search, body };
    sent.push(one);
    const answer = network(one);
    return reply(answer.status, answer.body, { "content-type": "application/json", "x-ms-request-id": "request-1" });
  },
};

/** The SDK with this network, and without the pauses of its retries. */
export function mockedSdk(): object {
  const sdk = jest.requireActual<typeof import("@azure/keyvault-secrets")>("@azure/keyvault-secrets");
  class SecretClient extends sdk.SecretClient {
    constructor(uri: string, credential: TokenCredential, options: SecretClientOptions) {
      super(uri, credential, { ...options, httpClient: vaultNetwork, additionalPolicies: [] });
    }
  }
  return { ...sdk, SecretClient };
}

/** A credential that works, and records its requests. */
export function workingCredential(): TokenCredential & { asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    getToken: (scopes) => {
      asked.push(scopes);
      return Promise.resolve({ token: "access-canary", expiresOnTimestamp: Date.now() + 3_600_000 });
    },
  };
}
