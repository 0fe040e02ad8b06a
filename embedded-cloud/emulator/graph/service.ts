import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context, Service } from "../context";
import { isolated } from "../isolated";
import { QueryError } from "../odata/query-error";
import { applicationRoutes } from "./applications";
import { authenticate, permissions, requireAny, type GraphEnv } from "./authorization";
import { deletedItemRoutes } from "./deleted-items";
import { relationshipRoutes } from "./delegated-admin";
import { ownMembershipRoutes, roleManagementRoutes, userMembershipRoutes } from "./directory-roles";
import { directoryObjectKind, findDirectoryObject, requireGuid } from "./directory";
import { renderGraphError, resourceNotFound } from "./errors";
import { refuseUnserved, versions } from "./served-routes";
import { groupRoutes } from "./groups";
import { permissionGrantRoutes } from "./permission-grants";
import { policyRoutes } from "./policies";
import { graphErrorOf } from "./queries";
import { entity } from "./replies";
import { servicePrincipalRoutes } from "./service-principals";
import { domainRoutes, organizationRoutes } from "./tenant-details";
import { selfRoutes, userRoutes } from "./users";

/**
 * Microsoft Graph, the same under /v1.0 and /beta: the directory of the caller's tenant.
 * Every request needs a bearer token for Graph with a permission for the request; requests that Graph has and are not served get a 501.
 */
export const graphService: Service = (context) => isolated(graphRouter(context));

/** The same, with its routes accessible. */
export function graphRouter(context: Context): Hono<GraphEnv> {
  const service = new Hono<GraphEnv>();
  service.use(async (c, next) => {
    c.set("requestId", randomUUID());
    c.header("request-id", c.get("requestId"));
    c.header("client-request-id", c.req.header("client-request-id") ?? c.get("requestId"));
    await next();
  });
  service.use(authenticate(context));
  service.use(refuseUnserved(() => service.routes));
  for (const version of versions) {
    service.route(`/${version}`, resources(context));
  }
  service.onError((error, c) => {
    const refusal = error instanceof QueryError ? graphErrorOf(c, error) : error;
    return renderGraphError(c, context.clock, refusal);
  });
  return service;
}

function resources(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.route("/applications", applicationRoutes(context));
  routes.route("/servicePrincipals", servicePrincipalRoutes(context));
  routes.route("/groups", groupRoutes(context));
  routes.route("/users", userRoutes(context));
  routes.route("/users", userMembershipRoutes(context));
  routes.route("/roleManagement", roleManagementRoutes(context));
  routes.route("/policies", policyRoutes(context));
  routes.route("/me", selfRoutes(context));
  routes.route("/me", ownMembershipRoutes(context));
  routes.route("/tenantRelationships", relationshipRoutes(context));
  routes.route("/domains", domainRoutes(context));
  routes.route("/organization", organizationRoutes(context));
  routes.route("/oauth2PermissionGrants", permissionGrantRoutes(context));
  routes.route("/directory/deletedItems", deletedItemRoutes(context));
  routes.get("/directoryObjects/:id", (c) => {
    requireAny(c, permissions.readDirectory);
    requireGuid(c.req.param("id"));
    const object = findDirectoryObject(c.get("tenant"), c.req.param("id"));
    if (!object) {
      throw resourceNotFound(c.req.param("id"));
    }
    return entity(c, context, directoryObjectKind, object);
  });
  return routes;
}
