import { Hono } from "hono";
import type { Tenant, User } from "../context";
import { directoryRoles } from "../directory-roles";
import { firstPartyPrincipalId } from "../first-party-principals";
import { holdsAny, permissions, requireAny, type GraphContext, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import { directoryObjectKind, findDirectoryObject } from "./directory";
import type { Kind } from "./kinds";
import { addList, list } from "./replies";
import { findUser, signedInUser } from "./users";

const roleKind: Kind = {
  set: "directoryRoles",
  type: "directoryRole",
  properties: ["id", "deletedDateTime", "description", "displayName", "roleTemplateId"],
};

/** Groups and directory roles in one list. */
const membershipKind: Kind = {
  ...directoryObjectKind,
  properties: [...new Set([...directoryObjectKind.properties, ...roleKind.properties])],
};

/** Adds the memberships of a user: groups and directory roles. */
export function addMembershipRoutes(routes: Hono<GraphEnv>): void {
  const path = "/:id/transitiveMemberOf";
  addList(routes, path, permissions.readMemberships, membershipKind, (c) => {
    const user = findUser(c);
    return [...groupsOf(c.var.tenant, user), ...rolesOf(c, user)];
  });
}

/** Of the signed-in user; an application has none. Permissions: https://learn.microsoft.com/graph/api/user-list-transitivememberof. */
export function ownMembershipRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get("/transitiveMemberOf", (c) => {
    const user = signedInUser(c);
    requireAny(c, permissions.readOwnMemberships);
    const mayRead = holdsAny(c, permissions.readGroups);
    const groups = groupsOf(c.var.tenant, user).map((group) => (mayRead ? group : withoutInformation(group)));
    return list(c, membershipKind, [...groups, ...rolesOf(c, user)]);
  });
  return routes;
}

const groupsOf = (tenant: Tenant, user: User): Properties[] =>
  [...tenant.groups.values()]
    .filter(({ members }) => members.has(user.id))
    .map(({ id }) => findDirectoryObject(tenant, id) ?? {});

/** An object that the caller may not read ("limited information" of graph/permissions-overview). */
const withoutInformation = (object: Properties): Properties =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, name === "id" || name === "@odata.type" ? value : null]),
  );

/** Without a permission to read roles only type and id are returned. */
function rolesOf(c: GraphContext, user: User): Properties[] {
  const { tenant } = c.var;
  const mayRead = holdsAny(c, permissions.readRoles);
  return Object.values(directoryRoles)
    .filter(({ templateId }) => tenant.roleMembers.get(templateId)?.has(user.id) === true)
    .map(({ templateId, displayName }) => ({
      "@odata.type": "#microsoft.graph.directoryRole",
      id: roleId(tenant, templateId),
      deletedDateTime: null,
      description: null,
      displayName: mayRead ? displayName : null,
      roleTemplateId: mayRead ? templateId : null,
    }));
}

/** An assigned role is an object of the tenant, with an id of its own. */
const roleId = (tenant: Tenant, templateId: string): string => firstPartyPrincipalId(tenant.id, templateId);
