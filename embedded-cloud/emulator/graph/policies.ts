import { Hono } from "hono";
import type { AppManagementPolicy, CredentialRestrictions, Restriction } from "../context";
import { idOf, permissions, requireAny, type GraphContext, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import { defaultPolicy, ownPolicies, policiesOf } from "./credential-policies";
import { findApplication } from "./directory";
import { resourceNotFound } from "./errors";
import type { Kind } from "./kinds";
import { refuseOptions } from "./queries";
import { addEntity, addList, metadataOf } from "./replies";

const kind: Kind = {
  set: "policies/appManagementPolicies",
  type: "appManagementPolicy",
  properties: ["id", "displayName", "description", "isEnabled", "restrictions"],
};

/** Read-only. Sources: graph/api/authorizationpolicy-get and graph/api/tenantappmanagementpolicy-get. */
export function policyRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  routes.get("/defaultAppManagementPolicy", (c) => {
    requireAny(c, permissions.readCredentialPolicies);
    refuseOptions(c);
    const { id, displayName, description, isEnabled, restrictions } = defaultPolicy(c.var.tenant);
    return c.json({
      "@odata.context": metadataOf(c, "policies/defaultAppManagementPolicy/$entity"),
      ...{ id, displayName, description, isEnabled },
      applicationRestrictions: { ...credentialsIn(c, restrictions), ...urisIn(restrictions) },
      servicePrincipalRestrictions: { passwordCredentials: [], keyCredentials: [] },
    });
  });

  addList(routes, "/appManagementPolicies", permissions.readCredentialPolicies, kind, (c) =>
    ownPolicies(c.var.tenant).map((policy) => renderPolicy(c, policy)),
  );
  addEntity(routes, "/appManagementPolicies/:id", permissions.readCredentialPolicies, kind, (c) => {
    const policy = ownPolicies(c.var.tenant).find(({ id }) => id === idOf(c));
    if (policy === undefined) throw resourceNotFound(idOf(c));
    return renderPolicy(c, policy);
  });

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

/** Adds the policies that are assigned to an application. */
export function addApplicationPolicyRoutes(routes: Hono<GraphEnv>): void {
  addList(routes, "/:id/appManagementPolicies", permissions.readCredentialPolicies, kind, (c) =>
    policiesOf(c.var.tenant, findApplication(c)).map((policy) => renderPolicy(c, policy)),
  );
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
