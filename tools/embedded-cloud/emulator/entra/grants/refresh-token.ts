import type { CloudContext } from "../../cloud";
import type { Tenant } from "../../context";
import { secretHash } from "../../secret-hash";
import { authenticateClientOf, isConfidential, requireApplication } from "../clients";
import { customerAt, customerDirectory } from "../customer-directory";
import { refuse } from "../errors";
import type { TokenResponse } from "../issue";
import { refreshLifetime } from "../issue-sign-in";
import type { IssuedRefreshToken } from "../sign-in-state";
import { directoryOf, isShared } from "../tenancy";
import { required, type TokenRequest } from "../token-request";
import { requireUser } from "../users";
import { answerDelegated } from "./delegated";

/** Redeems it in the user's own tenant or in a customer's (RFC 6749, 6). As in Entra, it stays valid. */
export async function refreshToken(context: CloudContext, request: TokenRequest): Promise<TokenResponse> {
  const grant = context.signIns.refreshTokens.get(secretHash(required(request, "refresh_token")));
  const segment = isShared(request.tenantSegment) ? grant?.tenantId : request.tenantSegment;
  if (segment === undefined) refuse(70000);
  const home = context.tenants.get(grant?.tenantId ?? "");
  const customer = home && customerAt(context, home, segment);
  const client = { id: request.clientId, confidential: isConfidential(request) };
  const tenant = home === undefined || customer === undefined ? directoryOf(context, segment, client) : home;
  const application = requireApplication(context, tenant, request.clientId);
  await authenticateClientOf(context, application, request, grant?.publicClient ?? false);
  if (grant === undefined) refuse(70000);
  if (grant.clientId !== application.appId) refuse(700007, { client: application.appId });
  const user = usableUser(context, tenant, grant);
  const { amr, authTime, publicClient, scope } = grant;
  const delegated = { application, user, amr, publicClient, scope, ...(authTime === undefined ? {} : { authTime }) };
  if (customer === undefined) return answerDelegated(context, request, { ...delegated, tenant });
  const directory = customerDirectory(context, customer, { partner: tenant, application, user });
  return answerDelegated(context, request, { ...delegated, tenant: directory, home: tenant });
}

/**
 * @throws EntraError 700082 after 90 days, 50020 in a tenant the user is not in, 50034 for a deleted account,
 *   50057 for a disabled one, 50173 once the user's sessions were revoked
 */
function usableUser(context: CloudContext, tenant: Tenant, grant: IssuedRefreshToken) {
  const issued = new Date(grant.issuedAt).toISOString();
  if (context.clock.now() >= grant.expiresAt) {
    refuse(700082, { issued, lifetime: `${refreshLifetime / (24 * 60 * 60 * 1000)}.00:00:00` });
  }
  if (tenant.id !== grant.tenantId) {
    const home = context.tenants.get(grant.tenantId);
    const user = home?.users.get(grant.userId)?.userPrincipalName ?? grant.userId;
    refuse(50020, { user, provider: home?.displayName ?? grant.tenantId, tenant: tenant.displayName });
  }
  const user = requireUser(tenant, grant.userId);
  if (grant.issuedAt <= user.revokedBefore) {
    refuse(50173, { issued, validFrom: new Date(user.revokedBefore).toISOString() });
  }
  return user;
}
