/** Applications added directly to an emulator's directory, as if somebody had registered them. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Application, ServicePrincipal, Tenant } from "../emulator/context";
import { newApplication, newServicePrincipal } from "../emulator/directory-objects";
import type { Emulator } from "../emulator/emulator";
import { consentItems } from "../emulator/entra/consents";
import { recordConsentForAll } from "../emulator/entra/record-consent";
import { readScopes } from "../emulator/entra/scopes";
import { azureAdGraph, microsoftGraph, partnerCenter, resourceManager } from "../emulator/first-party";
import { secretHash } from "../emulator/secret-hash";

/** The exact permissions of the Secure Application Model's application: three, two and one. */
export const modelPermissions: Application["requiredResourceAccess"] = [
  {
    resourceAppId: azureAdGraph.appId,
    resourceAccess: [
      { id: azureAdGraph.appRoles[0].id, type: "Role" },
      { id: azureAdGraph.scopes[0].id, type: "Scope" },
      { id: azureAdGraph.scopes[1].id, type: "Scope" },
    ],
  },
  {
    resourceAppId: microsoftGraph.appId,
    resourceAccess: [
      { id: microsoftGraph.appRoles[0].id, type: "Role" },
      { id: microsoftGraph.appRoles[1].id, type: "Role" },
    ],
  },
  { resourceAppId: partnerCenter.appId, resourceAccess: [{ id: partnerCenter.scopes[0].id, type: "Scope" }] },
];

/** Permissions that an ordinary account may consent to: those of the model that need no administrator. */
const modestPermissions: Application["requiredResourceAccess"] = [
  { resourceAppId: azureAdGraph.appId, resourceAccess: [{ id: azureAdGraph.scopes[1].id, type: "Scope" }] },
  { resourceAppId: partnerCenter.appId, resourceAccess: [{ id: partnerCenter.scopes[0].id, type: "Scope" }] },
];

/** The opt-in permission without which no token for Azure Resource Manager is issued. */
export const azureManagementPermission: Application["requiredResourceAccess"][number] = {
  resourceAppId: resourceManager.appId,
  resourceAccess: [{ id: resourceManager.scopes[0].id, type: "Scope" }],
};

export interface RegisteredApplication {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  application: Application;
  servicePrincipal: ServicePrincipal;
}

const loopbackRedirect = "http://localhost:8400/consent";

/**
 * Registers a multi-tenant application with one secret, the model's permissions, a loopback redirect URI and a service principal.
 *
 * @param changes properties that differ
 * @param secretEnds end of the secret, by default in 180 days of the emulator's clock
 */
export function registerApplication(
  cloud: Emulator,
  changes: Partial<Application> = {},
  secretEnds = new Date(cloud.clock.now() + 180 * 24 * 60 * 60 * 1000),
): RegisteredApplication {
  const tenant = partnerTenant(cloud);
  const clientSecret = randomBytes(24).toString("base64url");
  const created = new Date(cloud.clock.now()).toISOString();
  const identity = { id: randomUUID(), appId: randomUUID(), displayName: "Partner Center Web App" };
  const application: Application = {
    ...newApplication({ ...identity, publisherDomain: "partner.example" }, created),
    signInAudience: "AzureADMultipleOrgs",
    requiredResourceAccess: modelPermissions,
    web: { redirectUris: [loopbackRedirect, "urn:ietf:wg:oauth:2.0:oob"] },
    passwordCredentials: [
      {
        keyId: randomUUID(),
        displayName: "initial",
        hint: clientSecret.slice(0, 3),
        startDateTime: created,
        endDateTime: secretEnds.toISOString(),
        secretHash: secretHash(clientSecret),
      },
    ],
    ...changes,
  };
  tenant.applications.set(application.id, application);
  const servicePrincipal = newServicePrincipal(
    {
      id: randomUUID(),
      appId: application.appId,
      displayName: application.displayName,
      appOwnerOrganizationId: tenant.id,
    },
    created,
  );
  tenant.servicePrincipals.set(servicePrincipal.id, servicePrincipal);
  return { clientId: application.appId, clientSecret, redirectUri: loopbackRedirect, application, servicePrincipal };
}

/**
 * Another client secret of an application. @returns its value
 * @param like the one whose dates it has; default the application's first
 */
export function addSecret({ passwordCredentials }: Application, like = passwordCredentials[0]): string {
  if (like === undefined) throw new Error("The application has no secret.");
  const secret = randomBytes(24).toString("base64url");
  passwordCredentials.push({ ...like, keyId: randomUUID(), secretHash: secretHash(secret) });
  return secret;
}

/** As `registerApplication`, with permissions that an ordinary account may consent to. */
export const registerModestApplication = (
  cloud: Emulator,
  changes: Partial<Application> = {},
  secretEnds?: Date,
): RegisteredApplication =>
  registerApplication(cloud, { requiredResourceAccess: modestPermissions, ...changes }, secretEnds);

/**
 * Grants everything that an application declares, for everybody in a tenant, with the sign-in scopes: as an administrator would.
 *
 * @param tenant default: the seeded partner's
 */
export function consentForEverybody(cloud: Emulator, application: Application, tenant = partnerTenant(cloud)): void {
  const context = cloud.clouds.get("AzureCloud");
  if (context === undefined) throw new Error("the emulator does not run AzureCloud");
  const scope = `${cloud.origins.microsoftGraph}/.default openid profile offline_access`;
  const items = consentItems(tenant, application, readScopes(context, tenant, scope));
  recordConsentForAll({ context, tenant, application }, items, false);
}

/** The seeded partner tenant's directory. */
export function partnerTenant(cloud: Emulator): Tenant {
  const tenant = cloud.clouds.get("AzureCloud")?.tenants.get(cloud.seeds.partner.id);
  if (tenant === undefined) throw new Error("the emulator does not run AzureCloud");
  return tenant;
}
