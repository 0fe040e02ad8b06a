import { Hono } from "hono";
import type { Context, Tenant } from "../context";
import { permissions, requireAny, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import { resourceNotFound } from "./errors";
import type { Kind } from "./kinds";
import { entity, list } from "./replies";

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
export function domainRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  routes.get("/", (c) => {
    requireAny(c, permissions.readDomains);
    return list(c, context, domainKind, c.get("tenant").domains.map(renderDomain));
  });

  routes.get("/:id", (c) => {
    requireAny(c, permissions.readDomains);
    const domain = c.get("tenant").domains.find(({ id }) => id === c.req.param("id").toLowerCase());
    if (!domain) {
      throw resourceNotFound(c.req.param("id"));
    }
    return entity(c, context, domainKind, renderDomain(domain));
  });

  return routes;
}

/** The tenant itself, the only entry of its list. */
export function organizationRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  routes.get("/", (c) => {
    requireAny(c, permissions.readOrganization);
    return list(c, context, organizationKind, [renderOrganization(c.get("tenant"))]);
  });

  routes.get("/:id", (c) => {
    requireAny(c, permissions.readOrganization);
    if (c.req.param("id") !== c.get("tenant").id) {
      throw resourceNotFound(c.req.param("id"));
    }
    return entity(c, context, organizationKind, renderOrganization(c.get("tenant")));
  });

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
