import { randomBytes } from "node:crypto";
import type { CloudContext } from "../cloud";
import type { ServicePrincipal, Tenant, User } from "../context";
import { secretHash } from "../secret-hash";
import { grantedRoles } from "./consents";
import type { Resource } from "./resources";

/** Seconds until an access token expires: within the 60 to 90 minutes of Entra's. */
export const accessLifetime = 3900;

export type TokenResponse = Record<string, string | number>;

/** Issuer of v1 access tokens and of v2 id tokens. */
export const issuer = (context: CloudContext, tenantId: string, version: "1.0" | "2.0"): string =>
  `${context.origins.authority}/${tenantId}/${version === "2.0" ? "v2.0" : ""}`;

interface Principal {
  tenant: Tenant;
  client: ServicePrincipal;
  resource: Resource;
}

/** An application's own token: `roles` are the app roles assigned to it on the resource. */
export async function issueForApplication(
  context: CloudContext,
  { tenant, client, resource }: Principal,
): Promise<string> {
  const roles = grantedRoles(tenant, client, resource.servicePrincipal);
  return context.tokens.sign(
    {
      ...common(context, { tenant, client, resource }),
      idtyp: "app",
      oid: client.id,
      sub: client.id,
      ...(roles.length === 0 ? {} : { roles }),
    },
    accessLifetime,
  );
}

/** How a user signed in, for the claims of their tokens. */
export interface SignedInUser {
  user: User;
  amr: readonly string[];
  /** When, in milliseconds: for the id tokens of a client that asked with `max_age`. */
  authTime?: number;
}

/** A delegated token: `scp` contains the granted delegated permissions, `amr` how the user signed in. */
export async function issueForUser(
  context: CloudContext,
  principal: Principal,
  { user, amr }: SignedInUser,
  scopes: readonly string[],
): Promise<string> {
  return context.tokens.sign(
    {
      ...common(context, principal),
      idtyp: "user",
      oid: user.id,
      sub: pairwise(user.id, principal.client.appId),
      name: user.displayName,
      upn: user.userPrincipalName,
      unique_name: user.userPrincipalName,
      amr,
      scp: scopes.join(" "),
    },
    accessLifetime,
  );
}

function common(context: CloudContext, { tenant, client, resource }: Principal) {
  return {
    aud: resource.audience,
    iss: issuer(context, tenant.id, "1.0"),
    appid: client.appId,
    appidacr: "1",
    azp: client.appId,
    tid: tenant.id,
    uti: randomBytes(16).toString("base64url"),
    ver: "1.0",
  };
}

/** `sub` differs by client, as in Entra: two applications cannot use it to compare their users. */
export const pairwise = (userId: string, clientId: string): string => secretHash(`${userId}/${clientId}`);

/** The members of every token response. */
export function accessResponse(accessToken: string): TokenResponse {
  const shown = accessLifetime - 1;
  return { token_type: "Bearer", expires_in: shown, ext_expires_in: shown, access_token: accessToken };
}
