import { Hono } from "hono";
import type { ResourceDocument } from "../context";
import { isWithin } from "./access";
import { isAllowed, type ResourceContext, type ResourceEnv } from "./authorization";
import { filtered } from "./query";
import { findGroup } from "./resource-groups";
import { storageAccounts } from "./storage-accounts";
import { readableVaults } from "./vaults";

/** Vaults and storage accounts of a subscription or a group. SDKs list a subscription's vaults this way. */
export function resourceRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();
  routes.get("/resources", (c) => answer(c, readable(c)));
  routes.get("/resourceGroups/:group/resources", (c) => {
    const group = String(findGroup(c)["id"]);
    const here = readable(c).filter(({ id }) => isWithin(id, group));
    return answer(c, here);
  });
  return routes;
}

function readable(c: ResourceContext): ResourceDocument[] {
  const accounts = [...(c.var.subscription.storageAccounts?.values() ?? [])].map(({ resource }) => resource);
  return [...readableVaults(c), ...accounts.filter(({ id }) => isAllowed(c, id, `${storageAccounts}/read`))];
}

function answer(c: ResourceContext, resources: readonly ResourceDocument[]): Response {
  const found = filtered(c, resources, ({ type }) => ({ resourceType: type }));
  return c.json({ value: found.map(render) });
}

/** Without its properties: those are read from the resource itself. */
const render = ({ id, name, type, location, tags }: ResourceDocument): Record<string, unknown> => ({
  id,
  name,
  type,
  location,
  tags,
});
