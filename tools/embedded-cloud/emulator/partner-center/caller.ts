import type { Context, Tenant } from "../context";
import { noAccess, PartnerCenterError, tooMany } from "./errors";

/** The caller, who may act for this partner. */
export interface Caller {
  partner: Tenant;
  /** Object id of the user or service principal. */
  id: string;
  /** Client id of the application that the token was issued to. */
  applicationId: string;
  /** Whether a person's account is behind the token, and not the application alone. */
  isAccount: boolean;
  /** Whether a second factor was used; application tokens count as compliant. */
  isMfaCompliant: boolean;
}

/** The group whose members may act on customers. */
const adminAgents = "AdminAgents";

/** The second factor is checked later, so that `ValidateMfa` can return either result. */
export async function callerOf(context: Context, authorization: string | undefined): Promise<Caller> {
  const claims = await context.tokens.verify(authorization, context.origins.partnerCenter);
  const partner = context.tenants.get(claims?.tid ?? "");
  if (claims === undefined || partner === undefined) {
    throw new PartnerCenterError(401, "The request has no access token for Partner Center, or it does not hold.");
  }
  const wait = context.partnerCenterLimit.take(claims.appid, context.clock.now());
  if (wait !== undefined) throw tooMany(context.partnerCenterLimit.perSecond, wait);
  if (partner.isIndirectReseller === true) throw noAccess();
  const members = [...partner.groups.values()].find(({ displayName }) => displayName === adminAgents)?.members;
  if (members?.has(claims.oid) !== true) {
    throw new PartnerCenterError(403, `The caller is not a member of ${adminAgents} in ${partner.displayName}.`);
  }
  return {
    partner,
    id: claims.oid,
    applicationId: claims.appid,
    isAccount: claims.idtyp !== "app",
    isMfaCompliant: claims.idtyp === "app" || claims.amr?.includes("mfa") === true,
  };
}
