import { Hono } from "hono";
import type { Context } from "../context";
import { permissions, requireAny, type GraphEnv } from "./authorization";
import { readBody } from "./body";
import {
  directoryObjectKind,
  findDirectoryObjects,
  findGroup,
  groupKind,
  referencedId,
  renderGroup,
} from "./directory";
import { resourceNotFound } from "./errors";
import { alreadyExists } from "./owners";
import { entity, list } from "./replies";

/** Groups of the caller's tenant and their members. */
export function groupRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  routes.get("/", (c) => {
    requireAny(c, permissions.readGroups);
    const groups = [...c.get("tenant").groups.values()].map(renderGroup);
    return list(c, context, groupKind, groups);
  });

  routes.get("/:id", (c) => {
    requireAny(c, permissions.readGroups);
    return entity(c, context, groupKind, renderGroup(findGroup(c.get("tenant"), c.req.param("id"))));
  });

  routes.get("/:id/owners", (c) => {
    requireAny(c, permissions.readGroups);
    const tenant = c.get("tenant");
    const owners = tenant.owners.get(findGroup(tenant, c.req.param("id")).id) ?? [];
    return list(c, context, directoryObjectKind, findDirectoryObjects(tenant, owners));
  });

  addMemberRoutes(routes, context);
  return routes;
}

function addMemberRoutes(routes: Hono<GraphEnv>, context: Context): void {
  routes.get("/:id/members", (c) => {
    requireAny(c, permissions.readGroups);
    const tenant = c.get("tenant");
    const { members } = findGroup(tenant, c.req.param("id"));
    return list(c, context, directoryObjectKind, findDirectoryObjects(tenant, members));
  });

  routes.post("/:id/members/$ref", async (c) => {
    requireAny(c, permissions.writeMembers);
    const tenant = c.get("tenant");
    const { members } = findGroup(tenant, c.req.param("id"));
    const member = referencedId(tenant, (await readBody(c))["@odata.id"]);
    if (members.has(member)) {
      throw alreadyExists("members");
    }
    members.add(member);
    return c.body(null, 204);
  });

  routes.delete("/:id/members/:member/$ref", (c) => {
    requireAny(c, permissions.writeMembers);
    const { members } = findGroup(c.get("tenant"), c.req.param("id"));
    if (!members.delete(c.req.param("member"))) {
      throw resourceNotFound(c.req.param("member"));
    }
    return c.body(null, 204);
  });
}
