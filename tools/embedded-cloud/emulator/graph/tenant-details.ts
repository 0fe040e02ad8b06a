import { Hono } from "hono";
import type { Tenant } from "../context";
import { permissions, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import type { Kind } from "./kinds";
import { addList } from "./replies";

const domainKind: Kind = {
  set: "domains",
  type: "domain",
  properties: Object.keys(renderDomain({ id: "", isVerified: true, isInitial: true, isDefault: true })),
};
const organizationKind: Kind = {
  set: "organization",
  type: "organization",
  properties: ["id", "deletedDateTime", "displayName", "tenantType", "verifiedDomains"],
};

/** The tenant's domains, unverified ones included. */
export function domainRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  addList(routes, "/", permissions.readDomains, domainKind, (c) => c.var.tenant.domains.map(renderDomain));
  return routes;
}

/** The tenant itself, the only entry of its list. */
export function organizationRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  addList(routes, "/", permissions.readOrganization, organizationKind, (c) => [renderOrganization(c.var.tenant)]);
  return routes;
}

function renderDomain(domain: Tenant["domains"][number]): Properties {
  return {
    authenticationType: "Managed",
    availabilityStatus: null,
    isAdminManaged: true,
    isRoot: true,
    supportedServices: domain.isVerified ? ["Email", "OfficeCommunicationsOnline"] : [],
    passwordValidityPeriodInDays: null,
    passwordNotificationWindowInDays: null,
    state: null,
    ...domain,
  };
}

function renderOrganization(tenant: Tenant): Properties {
  return {
    id: tenant.id,
    deletedDateTime: null,
    displayName: tenant.displayName,
    tenantType: "AAD",
    verifiedDomains: tenant.domains
      .filter(({ isVerified }) => isVerified)
      .map(({ id, isDefault, isInitial }) => ({
        capabilities: "Email, OfficeCommunicationsOnline",
        isDefault,
        isInitial,
        name: id,
        type: "Managed",
      })),
  };
}
