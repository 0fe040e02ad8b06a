/** Claims of a token without checking it: only for the text of a refusal, never for granting access. */
import * as v from "valibot";

const claims = v.object({
  aud: v.optional(v.string(), ""),
  iss: v.optional(v.string(), ""),
  tid: v.optional(v.string(), ""),
  /** Seconds since the epoch. */
  exp: v.optional(v.number(), Number.POSITIVE_INFINITY),
});

/** @returns undefined for a text that is not a JWT */
export function uncheckedClaims(authorization: string | undefined): v.InferOutput<typeof claims> | undefined {
  const payload = /^Bearer [^.\s]+\.([^.\s]+)\.[^.\s]*$/iu.exec(authorization ?? "")?.[1];
  if (payload === undefined) return undefined;
  try {
    return v.parse(claims, JSON.parse(Buffer.from(payload, "base64url").toString()));
  } catch {
    return undefined;
  }
}
