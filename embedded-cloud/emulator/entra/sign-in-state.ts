/** What the sign-in service remembers between requests. */
export interface SignInState {
  /** Sign-ins under way, by flow id. */
  flows: Map<string, Flow>;
  /** Authorization codes, used ones included, by the code's hash. */
  codes: Map<string, IssuedCode>;
  /** Refresh tokens, by the token's hash: the tokens themselves are nowhere. */
  refreshTokens: Map<string, IssuedRefreshToken>;
}

/** v1 asks with `resource=`, v2 with `scope=`. */
export type ProtocolVersion = "v1" | "v2";

/** A request that leads to pages, and back to the application. */
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
  /** Asked scopes as they came; for v1 built from the resource. */
  scope: string;
  prompt: "login" | "consent" | "select_account" | undefined;
  nonce?: string;
  codeChallenge?: string;
  /** Seconds that may lie between the proof of the account and the answer. */
  maxAge?: number;
}

/** An administrator is asked to consent for everybody to everything that the application declares. */
export interface AdminConsentRequest extends PagesRequest {
  purpose: "admin-consent";
  /** v2 alone: what was asked for, shown in the answer. */
  scope?: string;
}

export interface Flow {
  id: string;
  request: AuthorizationRequest | AdminConsentRequest;
  /** Milliseconds. */
  expiresAt: number;
  /** The page that must come back next. */
  step: "password" | "second-factor" | "consent" | "approval";
  /** Set once the password was right. */
  account?: { tenantId: string; userId: string };
  /** How the account proved itself so far. */
  amr: string[];
  /** When it did, in milliseconds. */
  provedAt?: number;
}

export interface IssuedCode {
  request: AuthorizationRequest;
  tenantId: string;
  userId: string;
  amr: string[];
  /** Milliseconds; only where `max_age` asked for it. */
  authTime?: number;
  expiresAt: number;
  redeemed: boolean;
}

export interface IssuedRefreshToken {
  clientId: string;
  /** What it was first issued for: what a redemption that names nothing gets. */
  scope: string;
  tenantId: string;
  userId: string;
  amr: string[];
  /** Milliseconds; only where `max_age` asked for it. */
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
