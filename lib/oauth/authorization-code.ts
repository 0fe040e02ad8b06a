/** The authorization code flow with PKCE, state and nonce. By its types no code is redeemed unchecked. */
import { timingSafeEqual } from "node:crypto";
import { type CacheKVStore, CryptoProvider } from "@azure/msal-node";
import type { Cloud } from "../config/clouds";
import { Failure, sentence } from "../errors/failure";
import { refusalOfPage } from "./aadsts";
import { type ApplicationCredential, confidentialClient } from "./confidential-client";
import type { Tokens } from "./refresh-token";
import { asEntraError, namesOfScopes, scopeOf, unexpectedAnswer } from "./token-request";

export interface AuthorizationRequest {
  /** The address for the browser; contains state, nonce and the code challenge. */
  url: string;
  cloud: Cloud;
  resource: string;
  redirectUri: string;
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** Asks again for consent to all that is declared. An account that may not grant all is refused. */
export type Prompt = "consent" | undefined;

declare const checked: unique symbol;
/** The codes that {@link checkRedirect} created: types do not exist at run time. */
const checkedCodes = new WeakSet<CheckedCode>();
/** A code whose state was checked: only {@link checkRedirect} creates one. */
export type CheckedCode = { request: AuthorizationRequest; code: string } & { [checked]: true };

export async function requestAuthorization(
  cloud: Cloud,
  application: ApplicationCredential,
  asked: { resource: string; redirectUri: string; loginHint: string | undefined; prompt?: Prompt },
): Promise<AuthorizationRequest> {
  const { resource, redirectUri, loginHint, prompt } = asked;
  const client = confidentialClient(cloud, application);
  const crypto = new CryptoProvider();
  const { verifier, challenge } = await crypto.generatePkceCodes();
  const state = crypto.createNewGuid();
  const nonce = crypto.createNewGuid();
  const url = await client.getAuthCodeUrl({
    scopes: [scopeOf(resource)],
    redirectUri,
    state,
    nonce,
    codeChallenge: challenge,
    codeChallengeMethod: "S256",
    // The account that is already signed in to the browser is rarely the service account.
    prompt: prompt ?? (loginHint === undefined ? "select_account" : "login"),
    ...(loginHint === undefined ? {} : { loginHint }),
  });
  return { url, cloud, resource, redirectUri, state, nonce, codeVerifier: verifier };
}

export function isAnswerTo({ state }: { state: string }, parameters: URLSearchParams): boolean {
  const [found, expected] = [Buffer.from(parameters.get("state") ?? ""), Buffer.from(state)];
  return found.length === expected.length && timingSafeEqual(found, expected);
}

/** @throws EntraError when Entra or the account refused; Failure if the state is not the state that was sent */
export function checkRedirect(request: AuthorizationRequest, parameters: URLSearchParams): CheckedCode {
  if (!isAnswerTo(request, parameters)) {
    throw new Failure(
      "sign-in-state",
      "The browser came back with another sign-in's state: it may be an old tab, or somebody else's link. Nothing was stored.",
      sentence("Close the other sign-in pages and start again."),
    );
  }
  const refusal = refusalOfPage("The sign-in", parameters);
  if (refusal !== undefined) throw refusal;
  const code = parameters.get("code");
  if (code === null) {
    const what = "The browser came back without an authorization code. Nothing was stored.";
    throw new Failure("sign-in-code", what, sentence("Start again."));
  }
  const made = { request, code } as CheckedCode;
  checkedCodes.add(made);
  return made;
}

/** A code works only once, and a refused credential does not use it up. @throws TypeError for a code that {@link checkRedirect} did not create */
export async function redeemCode(redirect: CheckedCode, application: ApplicationCredential): Promise<Tokens> {
  if (!checkedCodes.has(redirect)) throw new TypeError("This code's state was not checked.");
  const { request, code } = redirect;
  const { cloud, resource, redirectUri, codeVerifier, state, nonce } = request;
  const client = confidentialClient(cloud, application);
  const what = "Redeeming the authorization code";
  try {
    // MSAL checks state and nonce only when both arguments contain them.
    const result = await client.acquireTokenByCode(
      { code, scopes: [scopeOf(resource)], redirectUri, codeVerifier, state, nonce },
      { code, state, nonce },
    );
    // Only MSAL's cache contains the refresh token.
    const kept = Object.values(client.getTokenCache().getKVStore());
    const refreshToken = kept.flatMap((one) => (isRefreshToken(one) ? [one.secret] : [])).at(-1);
    if (!result.expiresOn || refreshToken === undefined)
      throw unexpectedAnswer(`${what} answered no complete set of tokens.`);
    const { accessToken, expiresOn, scopes } = result;
    return { accessToken, expiresOn, refreshToken, resource, scopes: namesOfScopes(scopes) };
  } catch (error) {
    throw asEntraError(what, error, application);
  }
}

const isRefreshToken = (kept: CacheKVStore[string]): kept is Extract<typeof kept, { secret: string }> =>
  typeof kept === "object" && "credentialType" in kept && kept.credentialType === "RefreshToken";
