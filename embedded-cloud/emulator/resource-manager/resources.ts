import { Hono } from "hono";
import type { Context, Vault } from "../context";
import type { FilterRules } from "../odata/filter-rules";
import { isWithin } from "./access";
import type { ResourceContext, ResourceEnv } from "./authorization";
import { filtered, listOf } from "./query";
import { findGroup } from "./resource-groups";
import { readableVaults } from "./vaults";

const compared = { type: "Edm.String", operators: ["eq", "ne"] } as const;
const rules: FilterRules = {
  type: "GenericResource",
  properties: new Set([
    ...["location", "resourceType", "name", "resourceGroup", "identity", "plan", "tagName", "tagValue"],
  ]),
  filterable: {
    location: compared,
    resourceType: compared,
    resourceGroup: compared,
    name: { ...compared, operators: ["eq", "ne", "startswith"] },
  },
};

/** Resources of a subscription, or of one of its groups: the vaults. How SDKs list the vaults of a subscription. */
export function resourceRoutes(context: Context): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();
  routes.get("/resources", (c) => answer(c, context, readableVaults(c, context)));
  routes.get("/resourceGroups/:group/resources", (c) => {
    const group = String(findGroup(c.get("subscription"), c.req.param("group"))["id"]);
    const here = readableVaults(c, context).filter(({ id }) => isWithin(id, group));
    return answer(c, context, here);
  });
  return routes;
}

function answer(c: ResourceContext, context: Context, vaults: readonly Vault["resource"][]): Response {
  const found = filtered(c, vaults, rules, ({ id, name, location, type }) => ({
    name,
    location,
    resourceType: type,
    resourceGroup: id.split("/")[4],
  }));
  return listOf(c, context, found.map(render));
}

/** Without its properties: those are read from the resource itself. */
const render = ({ id, name, type, location, tags }: Vault["resource"]): Record<string, unknown> => ({
  id,
  name,
  type,
  location,
  tags,
});
