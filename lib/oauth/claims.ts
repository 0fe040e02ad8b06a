/** Claims of a token directly from Entra over TLS: checking its signature would prove nothing more. */
import * as v from "valibot";
import { Failure } from "../errors/failure";
import { fixes } from "./remedies";

/** A claim of another type counts as absent: it names nobody, and proves nothing. */
const text = v.fallback(v.optional(v.string()), undefined);
const texts = v.fallback(v.optional(v.array(v.string())), undefined);

const claims = v.object({
  aud: text,
  tid: text,
  oid: text,
  /** User principal name, in v1 access tokens. */
  upn: text,
  unique_name: text,
  preferred_username: text,
  /** Client id of the application that requested the token. */
  appid: text,
  /** Application permissions, in tokens of applications. */
  roles: texts,
  /** Delegated permissions, in tokens of people, separated by spaces. */
  scp: text,
  /** Directory roles, by the ids of their templates. */
  wids: texts,
  /** How the account signed in; Partner Center requires "mfa" in it. */
  amr: texts,
});
export type Claims = v.InferOutput<typeof claims>;

/** The claims of a JWT. @throws Error when it is not one; the message never contains the token */
export function claimsOf(token: string): Claims {
  const claimed = readableClaims(token);
  if (claimed !== undefined) return claimed;
  throw new Failure(
    "token-unreadable",
    "Entra returned an access token that is not a JWT, so the account and its sign-in cannot be checked.",
    ...fixes.defect,
  );
}

/** As {@link claimsOf}; undefined when it is not a JWT: a token's format is defined only for its resource. */
export function readableClaims(token: string): Claims | undefined {
  const payload = token.split(".")[1];
  if (payload === undefined) return undefined;
  try {
    const parsed = v.safeParse(claims, JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // The parser's own message would quote the token.
    return undefined;
  }
}
