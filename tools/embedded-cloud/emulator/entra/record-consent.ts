import { randomUUID } from "node:crypto";
import type { CloudContext } from "../cloud";
import type { Application, ServicePrincipal, Tenant } from "../context";
import { newServicePrincipal } from "../directory-objects";
import { objectKey } from "../graph/object-key";
import { publishedProperties } from "../graph/service-principal-schema";
import { clientName, findServicePrincipal } from "./clients";
import type { ConsentItem } from "./consents";

/** Where a consent is recorded. */
interface Recorded {
  context: CloudContext;
  tenant: Tenant;
  application: Application;
}

/** Records one user's consent: only delegated permissions, added to what the user granted before. */
export function recordConsent(recorded: Recorded, items: readonly ConsentItem[], userId: string): void {
  const client = requireClient(recorded);
  for (const { resource, scopes } of items) addGrant(recorded.tenant, client, resource, scopes, userId);
}

/** @param instead whether it replaces what was granted for everybody before, as adminconsent does */
export function recordConsentForAll(recorded: Recorded, items: readonly ConsentItem[], instead: boolean): void {
  const { tenant } = recorded;
  const client = requireClient(recorded);
  if (instead) revokeForAll(tenant, client);
  for (const { resource, scopes, roles } of items) {
    addGrant(tenant, client, resource, scopes, null);
    addRoles(recorded, client, resource, roles);
  }
}

/** The application's service principal is created in a tenant with the first consent, as in Entra. */
const requireClient = (recorded: Recorded): ServicePrincipal =>
  findServicePrincipal(recorded.tenant, recorded.application.appId) ?? instantiate(recorded);

function revokeForAll(tenant: Tenant, client: ServicePrincipal): void {
  for (const [id, { clientId, consentType }] of tenant.grants) {
    if (clientId === client.id && consentType === "AllPrincipals") tenant.grants.delete(id);
  }
  for (const [id, { principalId }] of tenant.appRoleAssignments) {
    if (principalId === client.id) tenant.appRoleAssignments.delete(id);
  }
}

/** Each client, resource and principal has one grant: Microsoft Graph's id is made from these. */
function addGrant(
  tenant: Tenant,
  client: ServicePrincipal,
  resource: ServicePrincipal,
  scopes: readonly string[],
  principalId: string | null,
): void {
  if (scopes.length === 0) return;
  const before = [...tenant.grants.values()].find(
    (grant) => grant.clientId === client.id && grant.resourceId === resource.id && grant.principalId === principalId,
  );
  const names = new Set([...(before?.scope.split(" ") ?? []), ...scopes]);
  const id = before?.id ?? objectKey(client.id, resource.id, ...(principalId === null ? [] : [principalId]));
  tenant.grants.set(id, {
    id,
    clientId: client.id,
    resourceId: resource.id,
    consentType: principalId === null ? "AllPrincipals" : "Principal",
    principalId,
    scope: [...names].filter((name) => name !== "").join(" "),
  });
}

function addRoles(
  { context, tenant }: Recorded,
  client: ServicePrincipal,
  resource: ServicePrincipal,
  roles: readonly string[],
): void {
  const assigned = [...tenant.appRoleAssignments.values()].filter(
    ({ principalId, resourceId }) => principalId === client.id && resourceId === resource.id,
  );
  for (const { id: appRoleId } of resource.appRoles.filter(({ value }) => roles.includes(value))) {
    if (assigned.some((assignment) => assignment.appRoleId === appRoleId)) continue;
    const id = objectKey(client.id, randomUUID());
    const createdDateTime = new Date(context.clock.now()).toISOString();
    const assignment = { id, appRoleId, principalId: client.id, resourceId: resource.id, createdDateTime };
    tenant.appRoleAssignments.set(id, assignment);
  }
}

/** A multi-tenant application's service principal copies the application's properties from its own tenant. */
function instantiate({ context, tenant, application }: Recorded): ServicePrincipal {
  const home = [...context.tenants.values()].find(({ applications }) => applications.has(application.id)) ?? tenant;
  const identity = {
    id: randomUUID(),
    appId: application.appId,
    displayName: clientName(application),
    appOwnerOrganizationId: home.id,
  };
  const created = new Date(context.clock.now()).toISOString();
  const principal = Object.assign(newServicePrincipal(identity, created), publishedProperties(home, application));
  tenant.servicePrincipals.set(principal.id, principal);
  return principal;
}
