import type { CloudContext } from "../cloud";
import type { Tenant, User } from "../context";
import { refuse } from "./errors";

/** @throws EntraError 50034 when the account is deleted, 50057 when it is disabled */
export function requireUser(tenant: Tenant, userId: string): User {
  const user = tenant.users.get(userId) ?? refuse(50034, { user: userId, tenant: tenant.displayName });
  if (!user.accountEnabled) refuse(50057);
  return user;
}

/**
 * @param tenant the tenant of the request; undefined for /common, where the account's domain decides
 * @throws EntraError 50034 for an unknown account, 50020 for one of another tenant, 50126 for a wrong
 *   password, 50057 for a disabled account
 */
export function checkPassword(
  context: CloudContext,
  tenant: Tenant | undefined,
  credentials: { username: string; password: string },
  client: { id: string; name: string },
): { tenant: Tenant; user: User } {
  const { username, password } = credentials;
  const home = homeOf(context, username);
  const directory = tenant?.displayName ?? username.split("@")[1] ?? "";
  if (home === undefined) refuse(50034, { user: username, tenant: directory });
  if (tenant !== undefined && home.tenant !== tenant) {
    refuse(50020, {
      user: username,
      provider: home.tenant.displayName,
      tenant: tenant.displayName,
      client: client.id,
      clientName: client.name,
    });
  }
  if (home.user.password !== password) refuse(50126);
  if (!home.user.accountEnabled) refuse(50057);
  return home;
}

function homeOf(context: CloudContext, username: string): { tenant: Tenant; user: User } | undefined {
  const wanted = username.trim().toLowerCase();
  for (const tenant of context.tenants.values()) {
    for (const user of tenant.users.values()) {
      if (user.userPrincipalName.toLowerCase() === wanted) return { tenant, user };
    }
  }
  return undefined;
}
