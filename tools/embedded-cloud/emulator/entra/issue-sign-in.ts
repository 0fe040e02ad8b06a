import { randomBytes } from "node:crypto";
import type { CloudContext } from "../cloud";
import type { Application, Tenant } from "../context";
import { secretHash } from "../secret-hash";
import { accessLifetime, issuer, pairwise, type SignedInUser } from "./issue";

/** Milliseconds until a refresh token expires: 90 days. */
export const refreshLifetime = 90 * 24 * 60 * 60 * 1000;

/** Contains who signed in, for the client. It has no `amr`: v2 id tokens of Entra may lack it too. */
export async function issueIdToken(
  context: CloudContext,
  tenant: Tenant,
  application: Application,
  { user, authTime, nonce }: Pick<SignedInUser, "user" | "authTime"> & { nonce?: string },
): Promise<string> {
  return context.tokens.sign(
    {
      aud: application.appId,
      iss: issuer(context, tenant.id, "2.0"),
      tid: tenant.id,
      oid: user.id,
      sub: pairwise(user.id, application.appId),
      name: user.displayName,
      preferred_username: user.userPrincipalName,
      uti: randomBytes(16).toString("base64url"),
      ver: "2.0",
      ...(nonce === undefined ? {} : { nonce }),
      ...(authTime === undefined ? {} : { auth_time: Math.floor(authTime / 1000) }),
    },
    accessLifetime,
  );
}

/** A new refresh token. Only its hash is kept. */
export function issueRefreshToken(
  context: CloudContext,
  grant: { tenant: Tenant; clientId: string; scope: string; publicClient: boolean } & SignedInUser,
): string {
  const token = `1.A${randomBytes(192).toString("base64url")}`;
  const issuedAt = context.clock.now();
  context.signIns.refreshTokens.set(secretHash(token), {
    clientId: grant.clientId,
    scope: grant.scope,
    tenantId: grant.tenant.id,
    userId: grant.user.id,
    amr: [...grant.amr],
    ...(grant.authTime === undefined ? {} : { authTime: grant.authTime }),
    issuedAt,
    expiresAt: issuedAt + refreshLifetime,
    publicClient: grant.publicClient,
  });
  return token;
}
