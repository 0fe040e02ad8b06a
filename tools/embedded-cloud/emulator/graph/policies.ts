import { Hono } from "hono";
import { permissions, requireAny, type GraphEnv } from "./authorization";
import { refuseOptions } from "./queries";
import { metadataOf } from "./replies";

/** Read-only. Source: graph/api/authorizationpolicy-get. */
export function policyRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  routes.get("/authorizationPolicy", (c) => {
    requireAny(c, permissions.readPolicies);
    refuseOptions(c);
    return c.json({
      "@odata.context": metadataOf(c, "policies/authorizationPolicy/$entity"),
      id: "authorizationPolicy",
      allowInvitesFrom: "everyone",
      allowedToSignUpEmailBasedSubscriptions: true,
      allowedToUseSSPR: true,
      allowEmailVerifiedUsersToJoinOrganization: false,
      allowUserConsentForRiskyApps: null,
      blockMsolPowerShell: false,
      deletedDateTime: null,
      displayName: "Authorization Policy",
      description: "Used to manage authorization related settings across the company.",
      guestUserRoleId: "10dae51f-b6af-4016-8d66-8c2a99b929b3",
      defaultUserRolePermissions: {
        allowedToCreateApps: true,
        allowedToCreateSecurityGroups: true,
        allowedToCreateTenants: true,
        allowedToReadBitlockerKeysForOwnedDevice: true,
        allowedToReadOtherUsers: true,
        permissionGrantPoliciesAssigned: c.var.tenant.permissionGrantPolicies,
      },
    });
  });
  return routes;
}
