import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import * as v from "valibot";
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
import { mergeProperties, readBody, without, withoutAnnotations, type Properties } from "./body";
import { deleteServicePrincipal, servicePrincipalsOf } from "./deleted-objects";
import { findServicePrincipal } from "./directory";
import { badRequest, GraphError } from "./errors";
import { addOwnerRoutes, boundOwners } from "./owners";
import { entity, list } from "./replies";
import { publishedProperties, renderServicePrincipal, servicePrincipalKind } from "./service-principal-schema";
import { firstPartyPublication } from "./first-party-publication";
import { timestamp } from "./timestamp";

const text = v.nullish(v.string());
const texts = v.optional(v.array(v.string()));

/** What a request may set; everything else follows from the application. */
const servicePrincipalValues = v.strictObject({
  accountEnabled: v.optional(v.boolean()),
  alternativeNames: texts,
  appRoleAssignmentRequired: v.optional(v.boolean()),
  description: text,
  loginUrl: text,
  notes: text,
  notificationEmailAddresses: texts,
  preferredSingleSignOnMode: text,
  samlSingleSignOnSettings: v.nullish(v.looseObject({})),
  tags: texts,
});

/** Service principals of the caller's tenant, with their owners and the roles given on them. */
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
    changeServicePrincipal(findServicePrincipal(c.get("tenant"), c.req.param("id")), await readBody(c));
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
  const servicePrincipal = blankServicePrincipal(context, tenant, String(appId));
  changeServicePrincipal(servicePrincipal, body);
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

/** What the application behind a client id says of itself: it lives here, is multi-tenant elsewhere, or is Microsoft's. */
function publication(context: Context, tenant: Tenant, appId: string): Properties | undefined {
  for (const home of [tenant, ...context.tenants.values()]) {
    const application = [...home.applications.values()].find((candidate) => candidate.appId === appId);
    if (application && (home === tenant || application.signInAudience !== "AzureADMyOrg")) {
      return publishedProperties(home, application);
    }
  }
  return firstPartyPublication(context, tenant, appId);
}

function changeServicePrincipal(servicePrincipal: ServicePrincipal, body: Properties): void {
  const result = v.safeParse(servicePrincipalValues, without(withoutAnnotations(body), "id"));
  if (!result.success) {
    const property = String(result.issues[0].path?.[0].key);
    throw badRequest(`Invalid value specified for property '${property}' of resource 'ServicePrincipal'.`);
  }
  Object.assign(servicePrincipal, mergeProperties(servicePrincipal, result.output));
}
