import { Hono } from "hono";
import type { Tenant, User } from "../context";
import { directoryRoles } from "../directory-roles";
import { firstPartyPrincipalId } from "../first-party-principals";
import { holdsAny, permissions, requireAny, type GraphContext, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import { directoryObjectKind, findDirectoryObject } from "./directory";
import { badRequest } from "./errors";
import { filters, type Kind } from "./kinds";
import { isEventual } from "./queries";
import { addList, list } from "./replies";
import { findUser, signedInUser } from "./users";

const assignmentKind: Kind = {
  set: "roleManagement/directory/roleAssignments",
  type: "unifiedRoleAssignment",
  properties: ["id", "directoryScopeId", "principalId", "roleDefinitionId"],
  filterable: { principalId: filters.onlyEqual, roleDefinitionId: filters.onlyEqual },
};

const roleKind: Kind = {
  set: "directoryRoles",
  type: "directoryRole",
  properties: ["id", "deletedDateTime", "description", "displayName", "roleTemplateId"],
  filterable: { id: filters.exact },
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
  // The cast is an advanced query: user-list-transitivememberof names the header and $count.
  addList(routes, `${path}/microsoft.graph.directoryRole`, permissions.readMemberships, roleKind, (c) => {
    if (!isEventual(c) || c.req.query("$count") !== "true") {
      throw badRequest("Filter or cast requires the header ConsistencyLevel: eventual and $count=true.");
    }
    return rolesOf(c, findUser(c));
  });
}

/** Permissions: https://learn.microsoft.com/graph/api/user-list-transitivememberof. */
export function addOwnMembershipRoutes(routes: Hono<GraphEnv>): void {
  routes.get("/transitiveMemberOf", (c) => {
    const user = signedInUser(c);
    requireAny(c, permissions.readOwnMemberships);
    const mayRead = holdsAny(c, permissions.readGroups);
    const groups = groupsOf(c.var.tenant, user).map((group) => (mayRead ? group : withoutInformation(group)));
    return list(c, membershipKind, [...groups, ...rolesOf(c, user)]);
  });
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

/** The holders of each directory role. */
export function roleManagementRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  addList(routes, "/directory/roleAssignments", permissions.readRoles, assignmentKind, (c) =>
    [...c.var.tenant.roleMembers].flatMap(([roleDefinitionId, members]) =>
      [...members].map((principalId) => ({
        id: firstPartyPrincipalId(principalId, roleDefinitionId),
        ...{ principalId, directoryScopeId: "/", roleDefinitionId },
      })),
    ),
  );
  return routes;
}

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
