import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Application, Context, Tenant } from "../context";
import { newApplication } from "../directory-objects";
import { changeApplication } from "./application-changes";
import { addPasswordRoutes } from "./application-passwords";
import { applicationKind, renderApplication, renderWithKeys } from "./application-schema";
import {
  permissions,
  requireAny,
  requireApplicationCreation,
  requireApplicationWrite,
  type GraphContext,
  type GraphEnv,
} from "./authorization";
import { readBody } from "./body";
import { deleteApplication } from "./deleted-objects";
import { findApplication } from "./directory";
import { badRequest } from "./errors";
import { addFederatedCredentialRoutes } from "./federated-credentials";
import { addOwnerRoutes, boundOwners } from "./owners";
import { addApplicationPolicyRoutes } from "./policies";
import { entityQuery } from "./queries";
import { entity, list } from "./replies";
import { timestamp } from "./timestamp";

/** Applications of the caller's tenant, with their owners and credentials. */
export function applicationRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  routes.get("/", (c) => listApplications(c, context));
  routes.post("/", (c) => createApplication(c, context));

  routes.get("/:id", (c) => {
    requireAny(c, permissions.readApplications);
    const application = findApplication(c.get("tenant"), c.req.param("id"));
    const { select = [] } = entityQuery(c, applicationKind);
    const render = select.includes("keyCredentials") ? renderWithKeys : renderApplication;
    return entity(c, context, applicationKind, render(application));
  });

  routes.patch("/:id", async (c) => {
    requireApplicationWrite(c, c.req.param("id"));
    const application = findApplication(c.get("tenant"), c.req.param("id"));
    changeApplication(c, application, await readBody(c));
    return c.body(null, 204);
  });

  routes.delete("/:id", (c) => {
    requireApplicationWrite(c, c.req.param("id"));
    deleteApplication(c.get("tenant"), findApplication(c.get("tenant"), c.req.param("id")), context.clock);
    return c.body(null, 204);
  });

  addOwnerRoutes(routes, context, (tenant, id) => tenant.applications.has(id));
  addPasswordRoutes(routes, context);
  addFederatedCredentialRoutes(routes, context);
  addApplicationPolicyRoutes(routes, context);
  return routes;
}

function listApplications(c: GraphContext, context: Context): Response {
  requireAny(c, permissions.readApplications);
  const applications = [...c.get("tenant").applications.values()].map(renderApplication);
  return list(c, context, applicationKind, applications);
}

async function createApplication(c: GraphContext, context: Context): Promise<Response> {
  const impliedOwners = requireApplicationCreation(c);
  const tenant = c.get("tenant");
  const body = await readBody(c);
  if (body["displayName"] === undefined || body["displayName"] === null) {
    throw badRequest("A value is required for property 'displayName' of resource 'Application'.");
  }
  const owners = boundOwners(tenant, body["owners@odata.bind"], impliedOwners);
  const application = blankApplication(tenant, context);
  changeApplication(c, application, body);
  tenant.applications.set(application.id, application);
  tenant.owners.set(application.id, owners);
  return entity(c, context, applicationKind, renderApplication(application), 201);
}

/** Without a name: the request must contain one. */
function blankApplication(tenant: Tenant, context: Context): Application {
  const publisherDomain = tenant.domains.find((domain) => domain.isInitial)?.id ?? "";
  const identity = { id: randomUUID(), appId: randomUUID(), displayName: "", publisherDomain };
  return newApplication(identity, timestamp(context.clock.now()));
}
