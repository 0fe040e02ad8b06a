/** Reads the claims of a token that came directly from Entra over TLS: checking its signature would prove nothing more. */

import { Failure } from "../errors/failure";
import { fixes } from "./remedies";

/** The claims that this project reads; absent ones are undefined. */
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
  /** Client id of the application that requested the token. */
  appid?: string;
  /** Application permissions, in tokens of applications. */
  roles?: string[];
  /** Delegated permissions, in tokens of people, separated by spaces. */
  scp?: string;
  /** Directory roles, by the ids of their templates. */
  wids?: string[];
  /** How the account signed in; Partner Center requires "mfa" in it. */
  amr?: string[];
}

/** The claims of a JWT. @throws Error when it is not one; the message never contains the token */
export function claimsOf(token: string): Claims {
  const claims = readableClaims(token);
  if (claims !== undefined) return claims;
  throw new Failure(
    "token-unreadable",
    "Entra answered an access token that is no JWT, so the account and its sign-in cannot be checked.",
    ...fixes.defect,
  );
}

/** As {@link claimsOf}; undefined when it is not a JWT: a token's format is defined only for its resource. */
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
