import type { JWK, JWTPayload } from "jose";
import type { AccessClaims, Clock, Tokens } from "./context";
import type { SigningKey } from "./signing-key";

/** Tokens for the sign-in service: it also signs, and publishes the key. */
export interface TokenService extends Tokens {
  /** Signs a JWT (RS256). @param lifetime seconds from now, by the emulator's clock, until it expires */
  sign(claims: JWTPayload & { iss: string; aud: string }, lifetime: number): Promise<string>;
  keySet(): Promise<{ keys: JWK[] }>;
}

/**
 * @param key may still be pending: the first token waits for it
 * @param issuerPrefix the beginning of every issuer of this cloud; no other cloud's token is valid here
 */
export function createTokens(key: Promise<SigningKey>, clock: Clock, issuerPrefix: string): TokenService {
  // Loading jose takes a fifth of the start-up time, and no listener needs it before the first token.
  const jose = () => import("jose");
  return {
    async sign(claims, lifetime) {
      const [{ SignJWT }, { kid, privateKey }] = await Promise.all([jose(), key]);
      const now = Math.floor(clock.now() / 1000);
      return new SignJWT({ ...claims, iat: now, nbf: now, exp: now + lifetime })
        .setProtectedHeader({ typ: "JWT", alg: "RS256", kid })
        .sign(privateKey);
    },
    async keySet() {
      const [{ exportJWK }, { kid, publicKey }] = await Promise.all([jose(), key]);
      return { keys: [{ ...(await exportJWK(publicKey)), use: "sig", alg: "RS256", kid }] };
    },
    async verify(authorization, audience) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
      if (token === undefined) return undefined;
      const [{ jwtVerify, errors }, { publicKey }] = await Promise.all([jose(), key]);
      const options = { algorithms: ["RS256"], audience, currentDate: new Date(clock.now()), requiredClaims: ["exp"] };
      try {
        const { payload } = await jwtVerify(token, publicKey, options);
        return payload.iss?.startsWith(issuerPrefix) === true ? accessClaims(payload) : undefined;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}

/** An id token has the same key, but another audience and no `idtyp`: it is no access token. */
function accessClaims(payload: JWTPayload): AccessClaims | undefined {
  const { idtyp } = payload;
  return idtyp === "app" || idtyp === "user" ? (payload as JWTPayload & AccessClaims) : undefined;
}
