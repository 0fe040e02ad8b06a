import { Hono } from "hono";
import type { AppManagementPolicy, Context, CredentialRestrictions } from "../context";
import { permissions, requireAny, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import { defaultPolicy, ownPolicies, policiesOf } from "./credential-policies";
import { findApplication } from "./directory";
import { resourceNotFound } from "./errors";
import type { Kind } from "./kinds";
import { refuseOptions } from "./queries";
import { entity, list, metadataOf } from "./replies";

const kind: Kind = {
  set: "policies/appManagementPolicies",
  type: "appManagementPolicy",
  properties: ["id", "displayName", "description", "isEnabled", "restrictions"],
};

/**
 * The tenant's authorization policy (https://learn.microsoft.com/graph/api/authorizationpolicy-get) and its application management
 * policies (https://learn.microsoft.com/graph/api/tenantappmanagementpolicy-get), read-only.
 */
export function policyRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  routes.get("/defaultAppManagementPolicy", (c) => {
    requireAny(c, permissions.readCredentialPolicies);
    refuseOptions(c);
    const { id, displayName, description, isEnabled, restrictions } = defaultPolicy(c.get("tenant"));
    return c.json({
      "@odata.context": metadataOf(c, context, "policies/defaultAppManagementPolicy/$entity"),
      ...{ id, displayName, description, isEnabled },
      applicationRestrictions: rendered(restrictions),
      servicePrincipalRestrictions: rendered({ passwordCredentials: [], keyCredentials: [] }),
    });
  });

  routes.get("/appManagementPolicies", (c) => {
    requireAny(c, permissions.readCredentialPolicies);
    return list(c, context, kind, ownPolicies(c.get("tenant")).map(renderPolicy));
  });

  routes.get("/appManagementPolicies/:id", (c) => {
    requireAny(c, permissions.readCredentialPolicies);
    const policy = ownPolicies(c.get("tenant")).find(({ id }) => id === c.req.param("id"));
    if (policy === undefined) throw resourceNotFound(c.req.param("id"));
    return entity(c, context, kind, renderPolicy(policy));
  });

  routes.get("/authorizationPolicy", (c) => {
    requireAny(c, permissions.readPolicies);
    refuseOptions(c);
    return c.json({
      "@odata.context": metadataOf(c, context, "policies/authorizationPolicy/$entity"),
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
        permissionGrantPoliciesAssigned: c.get("tenant").permissionGrantPolicies,
      },
    });
  });
  return routes;
}

/** Adds the policies that are assigned to an application. */
export function addApplicationPolicyRoutes(routes: Hono<GraphEnv>, context: Context): void {
  routes.get("/:id/appManagementPolicies", (c) => {
    requireAny(c, permissions.readCredentialPolicies);
    const application = findApplication(c.get("tenant"), c.req.param("id"));
    return list(c, context, kind, policiesOf(c.get("tenant"), application).map(renderPolicy));
  });
}

const renderPolicy = ({ id, displayName, description, isEnabled, restrictions }: AppManagementPolicy): Properties => ({
  ...{ id, displayName, description, isEnabled },
  restrictions: rendered(restrictions),
});

/** Every property, in Graph's form. */
function rendered({ passwordCredentials, keyCredentials }: CredentialRestrictions): Properties {
  const whole = (restrictions: CredentialRestrictions["keyCredentials"]) =>
    restrictions.map(({ restrictionType, state = "enabled", maxLifetime, restrictForAppsCreatedAfterDateTime }) => ({
      ...{ restrictionType, state, maxLifetime: maxLifetime ?? null },
      restrictForAppsCreatedAfterDateTime: restrictForAppsCreatedAfterDateTime ?? null,
    }));
  return { passwordCredentials: whole(passwordCredentials), keyCredentials: whole(keyCredentials) };
}
