/** Reading the claims of a token that came straight from Entra over TLS: its signature proves nothing more here. */

import { Failure } from "../errors/failure";
import { fixes } from "./remedies";

/** The claims this project looks at; absent ones are undefined. */
export interface Claims {
  /** Audience: the resource. */
  aud?: string;
  /** Tenant. */
  tid?: string;
  /** The account's object id. */
  oid?: string;
  /** User principal name, in v1 access tokens. */
  upn?: string;
  unique_name?: string;
  preferred_username?: string;
  /** Client id of the application that asked. */
  appid?: string;
  /** Application permissions, in tokens of applications. */
  roles?: string[];
  /** Delegated permissions, in tokens of people, separated by spaces. */
  scp?: string;
  /** Directory roles, by the ids of their templates. */
  wids?: string[];
  /** How the account signed in; Partner Center wants "mfa" in it. */
  amr?: string[];
}

/** The claims of a JWT. @throws Error when it is none; the text never holds the token */
export function claimsOf(token: string): Claims {
  const claims = readableClaims(token);
  if (claims !== undefined) return claims;
  throw new Failure(
    "token-unreadable",
    "Entra answered an access token that is no JWT, so the account and its sign-in cannot be checked.",
    ...fixes.defect,
  );
}

/** As {@link claimsOf}; undefined when it is none: only the resource has to understand its tokens. */
export function readableClaims(token: string): Claims | undefined {
  const payload = token.split(".")[1];
  if (payload === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Claims;
  } catch {
    // The parser's own message would quote the token.
    return undefined;
  }
}
