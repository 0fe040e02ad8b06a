import { Hono } from "hono";
import type { DirectoryObject } from "../context";
import { renderApplication, applicationKind } from "./application-schema";
import { idOf, permissions, requireApplicationWrite, type GraphContext, type GraphEnv } from "./authorization";
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
import { conflict, resourceNotFound } from "./errors";
import { addEntity, addList, entity } from "./replies";
import { renderServicePrincipal, servicePrincipalKind } from "./service-principal-schema";

/** Deleted applications and service principals: list, read, restore, delete permanently. */
export function deletedItemRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  for (const kind of [applicationKind, servicePrincipalKind]) {
    const type = `microsoft.graph.${kind.type}`;
    addList(routes, `/${type}`, permissions.readApplications, kind, (c) =>
      allDeleted(c)
        .map(render)
        .filter((object) => object["@odata.type"] === `#${type}`),
    );
  }
  addEntity(routes, "/:id", permissions.readApplications, directoryObjectKind, (c) => render(findDeleted(c)));

  routes.post("/:id/restore", (c) => {
    const object = changeableDeleted(c);
    const { tenant } = c.var;
    const servicePrincipal = deletedServicePrincipal(object);
    if (servicePrincipal && servicePrincipalsOf(tenant, servicePrincipal.appId).length > 0) {
      throw conflict("The appId is in use by another object.");
    }
    restore(tenant, object);
    return entity(c, directoryObjectKind, findDirectoryObject(tenant, object.id) ?? {});
  });

  routes.delete("/:id", (c) => {
    purge(c.var.tenant, changeableDeleted(c).id);
    return c.body(null, 204);
  });
  return routes;
}

function changeableDeleted(c: GraphContext): DirectoryObject {
  const object = findDeleted(c);
  requireApplicationWrite(c, object.id);
  return object;
}

const allDeleted = ({ var: { tenant, context } }: GraphContext): DirectoryObject[] =>
  deletedObjects(tenant, context.clock);

function findDeleted(c: GraphContext): DirectoryObject {
  requireGuid(idOf(c));
  const object = allDeleted(c).find(({ id }) => id === idOf(c));
  if (!object) throw resourceNotFound(idOf(c));
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
