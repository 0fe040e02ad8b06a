import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context, Service } from "../context";
import { isolated } from "../isolated";
import { QueryError } from "../odata/query";
import { applicationRoutes } from "./applications";
import { authenticate, idOf, permissions, type GraphEnv } from "./authorization";
import { deletedItemRoutes } from "./deleted-items";
import { contractRoutes, relationshipRoutes } from "./delegated-admin";
import { ownMembershipRoutes } from "./directory-roles";
import { directoryObjectKind, findDirectoryObject, requireGuid } from "./directory";
import { notServed, renderGraphError, resourceNotFound } from "./errors";
import { groupRoutes } from "./groups";
import { permissionGrantRoutes } from "./permission-grants";
import { policyRoutes } from "./policies";
import { graphErrorOf, refuseOptions } from "./queries";
import { addEntity } from "./replies";
import { servicePrincipalRoutes } from "./service-principals";
import { domainRoutes, organizationRoutes } from "./tenant-details";
import { userRoutes } from "./users";

/**
 * Microsoft Graph, the same under /v1.0 and /beta: the directory of the caller's tenant.
 * Every request needs a bearer token with a permission for it; what Graph has and is not served is a 501.
 */
export const graphService: Service = (context) => isolated(graphRouter(context));

/** The same, with its routes accessible. */
export function graphRouter(context: Context): Hono<GraphEnv> {
  const service = new Hono<GraphEnv>();
  service.use(async (c, next) => {
    c.set("requestId", randomUUID());
    c.set("context", context);
    c.header("request-id", c.get("requestId"));
    c.header("client-request-id", c.req.header("client-request-id") ?? c.get("requestId"));
    await next();
  });
  service.use(authenticate(context));
  service.use(async (c, next) => {
    if (c.req.method !== "GET") refuseOptions(c);
    await next();
  });
  for (const version of ["v1.0", "beta"]) service.route(`/${version}`, resources());
  service.notFound((c) => renderGraphError(c, context.clock, notServed(c)));
  service.onError((error, c) => {
    const refusal = error instanceof QueryError ? graphErrorOf(c, error) : error;
    return renderGraphError(c, context.clock, refusal);
  });
  return service;
}

function resources(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const parts: Record<string, () => Hono<GraphEnv>> = {
    "/applications": applicationRoutes,
    "/servicePrincipals": servicePrincipalRoutes,
    "/groups": groupRoutes,
    "/users": userRoutes,
    "/policies": policyRoutes,
    "/me": ownMembershipRoutes,
    "/tenantRelationships": relationshipRoutes,
    "/contracts": contractRoutes,
    "/domains": domainRoutes,
    "/organization": organizationRoutes,
    "/oauth2PermissionGrants": permissionGrantRoutes,
    "/directory/deletedItems": deletedItemRoutes,
  };
  for (const [path, part] of Object.entries(parts)) routes.route(path, part());
  addEntity(routes, "/directoryObjects/:id", permissions.readDirectory, directoryObjectKind, (c) => {
    requireGuid(idOf(c));
    const object = findDirectoryObject(c.var.tenant, idOf(c));
    if (!object) throw resourceNotFound(idOf(c));
    return object;
  });
  return routes;
}
