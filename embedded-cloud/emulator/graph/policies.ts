import { Hono } from "hono";
import type { AppManagementPolicy, Context, CredentialRestrictions, Restriction } from "../context";
import { type GraphContext, permissions, requireAny, type GraphEnv } from "./authorization";
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
      applicationRestrictions: { ...credentialsIn(c, restrictions), ...urisIn(restrictions) },
      servicePrincipalRestrictions: { passwordCredentials: [], keyCredentials: [] },
    });
  });

  routes.get("/appManagementPolicies", (c) => {
    requireAny(c, permissions.readCredentialPolicies);
    return list(
      c,
      context,
      kind,
      ownPolicies(c.get("tenant")).map((policy) => renderPolicy(c, policy)),
    );
  });

  routes.get("/appManagementPolicies/:id", (c) => {
    requireAny(c, permissions.readCredentialPolicies);
    const policy = ownPolicies(c.get("tenant")).find(({ id }) => id === c.req.param("id"));
    if (policy === undefined) throw resourceNotFound(c.req.param("id"));
    return entity(c, context, kind, renderPolicy(c, policy));
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
    const policies = policiesOf(c.get("tenant"), application);
    return list(
      ...([c, context, kind] as const),
      policies.map((policy) => renderPolicy(c, policy)),
    );
  });
}

const renderPolicy = (
  c: GraphContext,
  { id, displayName, description, isEnabled, restrictions }: AppManagementPolicy,
): Properties => ({
  ...{ id, displayName, description, isEnabled },
  restrictions: {
    ...credentialsIn(c, restrictions),
    ...(restrictions.identifierUris && { applicationRestrictions: urisIn(restrictions) }),
  },
});

/** Every property, in Graph's form. Whom a restriction of credentials exempts stands in /beta alone. */
function credentialsIn(c: GraphContext, { passwordCredentials, keyCredentials }: CredentialRestrictions): Properties {
  const isBeta = c.req.path.startsWith("/beta/");
  const whole = (restrictions: CredentialRestrictions["keyCredentials"]) =>
    restrictions.map(({ restrictionType, maxLifetime, ...common }) => ({
      ...{ restrictionType, maxLifetime: maxLifetime ?? null },
      ...commonOf(common, isBeta),
    }));
  return { passwordCredentials: whole(passwordCredentials), keyCredentials: whole(keyCredentials) };
}

const urisIn = ({ identifierUris }: CredentialRestrictions): Properties =>
  identifierUris === undefined
    ? {}
    : {
        identifierUris: Object.fromEntries(
          Object.entries(identifierUris).map(([name, restriction]) => [
            name,
            {
              ...commonOf(restriction, true),
              excludeAppsReceivingV2Tokens: restriction.excludeAppsReceivingV2Tokens ?? true,
              excludeSaml: restriction.excludeSaml ?? true,
              isStateSetByMicrosoft: restriction.isStateSetByMicrosoft ?? false,
            },
          ]),
        ),
      };

const commonOf = (
  { state = "enabled", restrictForAppsCreatedAfterDateTime: from, excludeActors }: Restriction,
  withActors: boolean,
): Properties => ({
  ...{ state, restrictForAppsCreatedAfterDateTime: from ?? null },
  ...(withActors && { excludeActors: excludeActors ?? null }),
});
