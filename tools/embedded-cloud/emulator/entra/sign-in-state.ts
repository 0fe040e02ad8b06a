/** The state of the sign-in service between requests. */
export interface SignInState {
  /** Sign-ins in progress, by flow id. */
  flows: Map<string, Flow>;
  /** Authorization codes, used ones included, by the code's hash. */
  codes: Map<string, IssuedCode>;
  /** Refresh tokens, by the token's hash: the tokens themselves are not stored. */
  refreshTokens: Map<string, IssuedRefreshToken>;
}

/** Of adminconsent: a v2 request has a scope. Everything else is v2. */
export type ProtocolVersion = "v1" | "v2";

/** A request that leads to pages, and then back to the application. */
interface PagesRequest {
  version: ProtocolVersion;
  /** Tenant id, or undefined for /common and /organizations: then the account's domain decides. */
  tenantId: string | undefined;
  /** The path segment the client used: kept in the addresses of the pages. */
  tenantSegment: string;
  clientId: string;
  redirectUri: string;
  responseMode: "query" | "fragment" | "form_post";
  state?: string;
  loginHint?: string;
}

/** An authorization request that passed every check. */
export interface AuthorizationRequest extends PagesRequest {
  purpose: "sign-in";
  /** The requested scopes unchanged. */
  scope: string;
  prompt: "login" | "consent" | "select_account" | undefined;
  nonce?: string;
  codeChallenge?: string;
  /** Maximum number of seconds between the account's authentication and the response. */
  maxAge?: number;
}

/** Asks an administrator to consent for everybody to everything that the application declares. */
export interface AdminConsentRequest extends PagesRequest {
  purpose: "admin-consent";
  /** Only in v2: the requested scope, returned in the response. */
  scope?: string;
}

export interface Flow {
  id: string;
  request: AuthorizationRequest | AdminConsentRequest;
  /** Milliseconds. */
  expiresAt: number;
  /** The page whose form must be posted next. */
  step: "password" | "second-factor" | "consent" | "approval";
  /** Set once the password was right. */
  account?: { tenantId: string; userId: string };
  /** The authentication methods used so far. */
  amr: string[];
  /** The time of the authentication, in milliseconds. */
  provedAt?: number;
}

export interface IssuedCode {
  request: AuthorizationRequest;
  tenantId: string;
  userId: string;
  amr: string[];
  /** Milliseconds; only if the request had `max_age`. */
  authTime?: number;
  expiresAt: number;
  redeemed: boolean;
}

export interface IssuedRefreshToken {
  clientId: string;
  /** The scope of its first issue: used for a redemption without a scope. */
  scope: string;
  tenantId: string;
  userId: string;
  amr: string[];
  /** Milliseconds; only if the request had `max_age`. */
  authTime?: number;
  /** Milliseconds. */
  issuedAt: number;
  expiresAt: number;
  /** Whether the client had no secret when it got this token. */
  publicClient: boolean;
}

export const createSignInState = (): SignInState => ({
  flows: new Map(),
  codes: new Map(),
  refreshTokens: new Map(),
});

export function clearSignInState(state: SignInState): void {
  state.flows.clear();
  state.codes.clear();
  state.refreshTokens.clear();
}
