import type { CloudContext } from "../cloud";
import type { Application, Customer, PermissionGrant, ServicePrincipal, Tenant, User } from "../context";
import { findCustomer } from "../customer-index";
import { rolesThere } from "../customers";
import { addFirstPartyPrincipals } from "../first-party-principals";
import { customerTenant } from "../tenants";
import { clientName, findServicePrincipal } from "./clients";
import { declaredItems } from "./consents";
import { refuse } from "./errors";
import { locateTenant } from "./tenancy";

/** The customer of this partner in a path segment. */
export function customerAt(context: CloudContext, partner: Tenant, segment: string): Customer | undefined {
  const { id, directory } = locateTenant(context, segment);
  return directory === undefined ? findCustomer(partner.customers, id) : undefined;
}

/**
 * Microsoft's own applications, and the partner's with the permissions consented to on the customer's behalf.
 *
 * @throws EntraError 50020 when no group of the user has access there, 50177 for a guest, 50076 and 53003
 *   for the customer's Conditional Access, 90099 when the application may not be there at all
 */
export function customerDirectory(
  context: CloudContext,
  customer: Customer,
  who: { partner: Tenant; application: Application; user: User },
): Tenant {
  const { partner, application } = who;
  requireAdmission(context, customer, who);
  const tenant = customerTenant(customer);
  addFirstPartyPrincipals(tenant, context.origins, new Date(context.clock.now()).toISOString());
  const client = findServicePrincipal(partner, application.appId);
  const grants = client && grantsFor(tenant, customer, { partner, application, client });
  if (client === undefined || grants === undefined) {
    refuse(90099, { client: application.appId, clientName: clientName(application), tenant: tenant.id });
  }
  tenant.servicePrincipals.set(client.id, client);
  for (const grant of grants) tenant.grants.set(grant.id, grant);
  return tenant;
}

function requireAdmission(
  { clock, origins }: CloudContext,
  customer: Customer,
  { partner, application, user }: { partner: Tenant; application: Application; user: User },
): void {
  const who = {
    user: user.userPrincipalName,
    provider: partner.displayName,
    tenant: customer.companyProfile.companyName,
    client: application.appId,
    clientName: clientName(application),
  };
  // Partners' tools report both numbers for guests and accounts in no group; which is whose is an assumption.
  if (customer.guests?.has(user.id) === true) refuse(50177, who);
  const isAdmitted =
    customer.delegation === "DAP"
      ? isAdminAgent(partner, user.id)
      : rolesThere(partner, customer, user.id, clock.now()).length > 0;
  if (!isAdmitted) refuse(50020, who);
  if (customer.conditionalAccess === "blocks") refuse(53003);
  if (customer.conditionalAccess !== undefined) refuse(50076, { resource: origins.microsoftGraph });
}

/** A consent takes precedence over a pre-consent, which counts only under DAP. */
function grantsFor(
  tenant: Tenant,
  customer: Customer,
  { partner, application, client }: { partner: Tenant; application: Application; client: ServicePrincipal },
): PermissionGrant[] | undefined {
  const consent = customer.applicationConsents.get(application.appId);
  if (consent !== undefined) {
    return consent.applicationGrants.flatMap(({ enterpriseApplicationId, scope }) => {
      const resource = findServicePrincipal(tenant, enterpriseApplicationId);
      return resource === undefined ? [] : [grantOf(client, resource, scope.split(/\s*,\s*/u))];
    });
  }
  if (customer.delegation !== "DAP" || !isAdminAgent(partner, client.id)) return undefined;
  return declaredItems(tenant, application)
    .filter(({ scopes }) => scopes.length > 0)
    .map(({ resource, scopes }) => grantOf(client, resource, scopes));
}

function grantOf(client: ServicePrincipal, resource: ServicePrincipal, scopes: readonly string[]): PermissionGrant {
  return {
    id: `${client.id}/${resource.id}`,
    clientId: client.id,
    resourceId: resource.id,
    consentType: "AllPrincipals",
    principalId: null,
    scope: scopes.join(" "),
  };
}

const isAdminAgent = (partner: Tenant, id: string): boolean =>
  [...partner.groups.values()].some(({ displayName, members }) => displayName === "AdminAgents" && members.has(id));
