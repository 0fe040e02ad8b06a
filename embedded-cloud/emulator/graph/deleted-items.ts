import { Hono } from "hono";
import type { Context, DirectoryObject } from "../context";
import { renderApplication, applicationKind } from "./application-schema";
import { permissions, requireAny, requireApplicationWrite, type GraphContext, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import {
  deletedApplication,
  deletedObjects,
  deletedServicePrincipal,
  purge,
  restore,
  servicePrincipalsOf,
} from "./deleted-objects";
import { findDirectoryObject, directoryObjectKind, requireGuid } from "./directory";
import { GraphError, resourceNotFound } from "./errors";
import { entity, list } from "./replies";
import { renderServicePrincipal, servicePrincipalKind } from "./service-principal-schema";

/** Deleted applications and service principals: list, read, restore, delete permanently. */
export function deletedItemRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  for (const kind of [applicationKind, servicePrincipalKind]) {
    routes.get(`/microsoft.graph.${kind.type}`, (c) => {
      requireAny(c, permissions.readApplications);
      const objects = deletedObjects(c.get("tenant"), context.clock)
        .map(render)
        .filter((object) => object["@odata.type"] === `#microsoft.graph.${kind.type}`);
      return list(c, context, kind, objects);
    });
  }

  routes.get("/:id", (c) => {
    requireAny(c, permissions.readApplications);
    return entity(c, context, directoryObjectKind, render(findDeleted(c, context)));
  });

  routes.post("/:id/restore", (c) => {
    const object = findDeleted(c, context);
    requireApplicationWrite(c, object.id);
    const tenant = c.get("tenant");
    const servicePrincipal = deletedServicePrincipal(object);
    if (servicePrincipal && servicePrincipalsOf(tenant, servicePrincipal.appId).length > 0) {
      throw new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", "The appId is in use by another object.");
    }
    restore(tenant, object);
    return entity(c, context, directoryObjectKind, findDirectoryObject(tenant, object.id) ?? {});
  });

  routes.delete("/:id", (c) => {
    const object = findDeleted(c, context);
    requireApplicationWrite(c, object.id);
    purge(c.get("tenant"), object.id);
    return c.body(null, 204);
  });

  return routes;
}

function findDeleted(c: GraphContext, context: Context): DirectoryObject {
  const id = c.req.param("id") ?? "";
  requireGuid(id);
  const object = deletedObjects(c.get("tenant"), context.clock).find((candidate) => candidate.id === id);
  if (!object) {
    throw resourceNotFound(id);
  }
  return object;
}

function render(object: DirectoryObject): Properties {
  const application = deletedApplication(object);
  const servicePrincipal = deletedServicePrincipal(object);
  return (
    (application && renderApplication(application)) ??
    (servicePrincipal && renderServicePrincipal(servicePrincipal)) ??
    object
  );
}
