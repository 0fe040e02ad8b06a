import { Hono } from "hono";
import { permissions, requireAny, type GraphEnv } from "./authorization";
import { directoryObjectKind, findDirectoryObjects, findGroup, groupKind, renderGroup, userKind } from "./directory";
import { addReferenceRoutes } from "./owners";
import { addEntity, addList } from "./replies";
import { servicePrincipalKind } from "./service-principal-schema";

const memberKinds = [userKind, groupKind, servicePrincipalKind];

/** Groups of the caller's tenant and their members. */
export function groupRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  addList(routes, "/", permissions.readGroups, groupKind, (c) => [...c.var.tenant.groups.values()].map(renderGroup));
  addEntity(routes, "/:id", permissions.readGroups, groupKind, (c) => renderGroup(findGroup(c)));
  addList(routes, "/:id/owners", permissions.readGroups, directoryObjectKind, (c) =>
    findDirectoryObjects(c.var.tenant, c.var.tenant.owners.get(findGroup(c).id) ?? []),
  );
  addList(routes, "/:id/members", permissions.readGroups, directoryObjectKind, (c) =>
    findDirectoryObjects(c.var.tenant, findGroup(c).members),
  );
  addReferenceRoutes(routes, "members", memberKinds, (c) => {
    requireAny(c, permissions.writeMembers);
    return findGroup(c).members;
  });
  return routes;
}
