import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context, ServicePrincipal, Tenant } from "../context";
import { newServicePrincipal } from "../directory-objects";
import { addAppRoleAssignmentRoutes } from "./app-role-assignments";
import type { GraphContext, GraphEnv } from "./authorization";
import { checkedBody, invalidValue, mergeProperties, type Properties } from "./body";
import { deleteServicePrincipal, servicePrincipalsOf } from "./deleted-objects";
import { badRequest, conflict } from "./errors";
import { isGuid } from "./object-key";
import { addOwnedObjectRoutes } from "./owned-objects";
import { servicePrincipalBody } from "./service-principal-body";
import { publishedProperties, renderServicePrincipal, servicePrincipalKind } from "./service-principal-schema";
import { firstPartyPublication } from "./first-party-publication";
import { timestamp } from "./timestamp";

/** Service principals of the caller's tenant, with their owners and the roles assigned for them. */
export function servicePrincipalRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  addOwnedObjectRoutes(routes, {
    kind: servicePrincipalKind,
    objectsOf: ({ servicePrincipals }) => servicePrincipals,
    render: renderServicePrincipal,
    create: createServicePrincipal,
    change: changeServicePrincipal,
    remove: deleteServicePrincipal,
  });
  addAppRoleAssignmentRoutes(routes);
  return routes;
}

function createServicePrincipal(c: GraphContext, { appId, ...body }: Properties): ServicePrincipal {
  if (typeof appId !== "string" || !isGuid(appId)) throw badRequest(invalidValue("appId", servicePrincipalKind));
  const servicePrincipal = blankServicePrincipal(c.var.context, c.var.tenant, appId);
  changeServicePrincipal(c, servicePrincipal, body);
  return servicePrincipal;
}

function blankServicePrincipal(context: Context, tenant: Tenant, appId: string): ServicePrincipal {
  if (servicePrincipalsOf(tenant, appId).length > 0) {
    const inUse = `because the service principal name ${appId} is already in use.`;
    throw conflict(`The service principal cannot be created, updated, or restored ${inUse}`);
  }
  const published = publication(context, tenant, appId);
  if (!published) {
    throw badRequest(`The appId '${appId}' of the service principal does not reference a valid application object.`);
  }
  const identity = { id: randomUUID(), appId, displayName: null, appOwnerOrganizationId: tenant.id };
  return Object.assign(newServicePrincipal(identity, timestamp(context.clock.now())), published);
}

/** The application may be one of this tenant, a multi-tenant one of another, or Microsoft's own. */
function publication(context: Context, tenant: Tenant, appId: string): Properties | undefined {
  for (const home of [tenant, ...context.tenants.values()]) {
    const application = [...home.applications.values()].find((candidate) => candidate.appId === appId);
    if (application && (home === tenant || application.signInAudience !== "AzureADMyOrg")) {
      return publishedProperties(home, application);
    }
  }
  return firstPartyPublication(context, tenant, appId);
}

function changeServicePrincipal(c: GraphContext, servicePrincipal: ServicePrincipal, body: Properties): void {
  const change = checkedBody(c, servicePrincipalKind, servicePrincipalBody, body, servicePrincipal);
  Object.assign(servicePrincipal, mergeProperties(servicePrincipal, change));
}
