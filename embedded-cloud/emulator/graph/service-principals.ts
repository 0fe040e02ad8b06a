import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context, ServicePrincipal, Tenant } from "../context";
import { newServicePrincipal } from "../directory-objects";
import { addAppRoleAssignmentRoutes } from "./app-role-assignments";
import {
  permissions,
  requireAny,
  requireApplicationCreation,
  requireApplicationWrite,
  type GraphContext,
  type GraphEnv,
} from "./authorization";
import { checkedBody, invalidValue, mergeProperties, readBody, type Properties } from "./body";
import { deleteServicePrincipal, servicePrincipalsOf } from "./deleted-objects";
import { findServicePrincipal } from "./directory";
import { badRequest, GraphError } from "./errors";
import { isGuid } from "./object-key";
import { addOwnerRoutes, boundOwners } from "./owners";
import { entity, list } from "./replies";
import { servicePrincipalBody } from "./service-principal-body";
import { publishedProperties, renderServicePrincipal, servicePrincipalKind } from "./service-principal-schema";
import { firstPartyPublication } from "./first-party-publication";
import { timestamp } from "./timestamp";

/** Service principals of the caller's tenant, with their owners and the roles assigned for them. */
export function servicePrincipalRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get("/", (c) => listServicePrincipals(c, context));
  routes.post("/", (c) => createServicePrincipal(c, context));

  routes.get("/:id", (c) => {
    requireAny(c, permissions.readApplications);
    const servicePrincipal = findServicePrincipal(c.get("tenant"), c.req.param("id"));
    return entity(c, context, servicePrincipalKind, renderServicePrincipal(servicePrincipal));
  });

  routes.patch("/:id", async (c) => {
    requireApplicationWrite(c, c.req.param("id"));
    changeServicePrincipal(c, findServicePrincipal(c.get("tenant"), c.req.param("id")), await readBody(c));
    return c.body(null, 204);
  });

  routes.delete("/:id", (c) => {
    requireApplicationWrite(c, c.req.param("id"));
    deleteServicePrincipal(c.get("tenant"), findServicePrincipal(c.get("tenant"), c.req.param("id")), context.clock);
    return c.body(null, 204);
  });

  addOwnerRoutes(routes, context, (tenant, id) => tenant.servicePrincipals.has(id));
  addAppRoleAssignmentRoutes(routes, context);
  return routes;
}

function listServicePrincipals(c: GraphContext, context: Context): Response {
  requireAny(c, permissions.readApplications);
  const objects = [...c.get("tenant").servicePrincipals.values()].map(renderServicePrincipal);
  return list(c, context, servicePrincipalKind, objects);
}

async function createServicePrincipal(c: GraphContext, context: Context): Promise<Response> {
  const impliedOwners = requireApplicationCreation(c);
  const tenant = c.get("tenant");
  const { appId, ...body } = await readBody(c);
  const owners = boundOwners(tenant, body["owners@odata.bind"], impliedOwners);
  if (typeof appId !== "string" || !isGuid(appId)) throw badRequest(invalidValue("appId", servicePrincipalKind));
  const servicePrincipal = blankServicePrincipal(context, tenant, appId);
  changeServicePrincipal(c, servicePrincipal, body);
  tenant.servicePrincipals.set(servicePrincipal.id, servicePrincipal);
  tenant.owners.set(servicePrincipal.id, owners);
  return entity(c, context, servicePrincipalKind, renderServicePrincipal(servicePrincipal), 201);
}

function blankServicePrincipal(context: Context, tenant: Tenant, appId: string): ServicePrincipal {
  if (servicePrincipalsOf(tenant, appId).length > 0) {
    const inUse = `because the service principal name ${appId} is already in use.`;
    throw new GraphError(
      409,
      "Request_MultipleObjectsWithSameKeyValue",
      `The service principal cannot be created, updated, or restored ${inUse}`,
    );
  }
  const published = publication(context, tenant, appId);
  if (!published) {
    throw badRequest(`The appId '${appId}' of the service principal does not reference a valid application object.`);
  }
  const identity = { id: randomUUID(), appId, displayName: null, appOwnerOrganizationId: tenant.id };
  return Object.assign(newServicePrincipal(identity, timestamp(context.clock.now())), published);
}

/** The properties of the application with a client id: one of this tenant, a multi-tenant one of another, or Microsoft's own. */
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
