import type { Hono } from "hono";
import type { Clock, Tenant } from "../context";
import {
  idOf,
  permissions,
  requireApplicationCreation,
  requireApplicationWrite,
  type GraphContext,
  type GraphEnv,
} from "./authorization";
import { readBody, type Properties } from "./body";
import { found } from "./directory";
import type { Kind } from "./kinds";
import { addOwnerRoutes, boundOwners } from "./owners";
import { addEntity, addList, entity } from "./replies";

/** Objects with owners: the applications or the service principals of a tenant. */
interface OwnedObjects<T extends { id: string }> {
  kind: Kind;
  objectsOf: (tenant: Tenant) => Map<string, T>;
  render: (object: T) => Properties;
  /** One object, if it has more properties than in the list. */
  renderOne?: (object: T, c: GraphContext) => Properties;
  /** Refuses the body of a creation before its owners are read. */
  check?: (body: Properties) => void;
  create: (c: GraphContext, body: Properties) => T;
  change: (c: GraphContext, object: T, body: Properties) => void;
  remove: (tenant: Tenant, object: T, clock: Clock) => void;
}

/** Adds list, create, change, delete and the owners of the objects. */
export function addOwnedObjectRoutes<T extends { id: string }>(routes: Hono<GraphEnv>, objects: OwnedObjects<T>): void {
  const { kind, objectsOf, render, renderOne = render, check, create, change, remove } = objects;
  const find = (c: GraphContext) => found(objectsOf(c.var.tenant), idOf(c));
  addList(routes, "/", permissions.readApplications, kind, (c) => [...objectsOf(c.var.tenant).values()].map(render));
  addEntity(routes, "/:id", permissions.readApplications, kind, (c) => renderOne(find(c), c));

  routes.post("/", async (c) => {
    const impliedOwners = requireApplicationCreation(c);
    const { tenant } = c.var;
    const body = await readBody(c);
    check?.(body);
    const owners = boundOwners(tenant, body["owners@odata.bind"], impliedOwners);
    const object = create(c, body);
    objectsOf(tenant).set(object.id, object);
    tenant.owners.set(object.id, owners);
    return entity(c, kind, render(object), 201);
  });

  routes.patch("/:id", async (c) => {
    requireApplicationWrite(c);
    change(c, find(c), await readBody(c));
    return c.body(null, 204);
  });

  routes.delete("/:id", (c) => {
    requireApplicationWrite(c);
    remove(c.var.tenant, find(c), c.var.context.clock);
    return c.body(null, 204);
  });

  addOwnerRoutes(routes, objectsOf);
}
