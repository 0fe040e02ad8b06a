import { Hono } from "hono";
import type { Context, Tenant, User } from "../context";
import { directoryRoles } from "../directory-roles";
import { firstPartyPrincipalId } from "../first-party-principals";
import { holdsAny, permissions, requireAny, type GraphContext, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import { directoryObjectKind, findDirectoryObject } from "./directory";
import { badRequest } from "./errors";
import { filters, type Kind } from "./kinds";
import { isEventual } from "./queries";
import { list } from "./replies";
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

/** The memberships of a user: groups and directory roles. */
export function userMembershipRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const path = "/:id/transitiveMemberOf";

  routes.get(path, (c) => {
    requireAny(c, permissions.readMemberships);
    const tenant = c.get("tenant");
    const user = findUser(tenant, c.req.param("id"));
    return list(c, context, membershipKind, [...groupsOf(tenant, user), ...rolesOf(c, user)]);
  });

  // The cast is an advanced query: https://learn.microsoft.com/graph/api/user-list-transitivememberof names the header and $count.
  routes.get(`${path}/microsoft.graph.directoryRole`, (c) => {
    requireAny(c, permissions.readMemberships);
    if (!isEventual(c) || c.req.query("$count") !== "true") {
      throw badRequest("Filter or cast requires the header ConsistencyLevel: eventual and $count=true.");
    }
    return list(c, context, roleKind, rolesOf(c, findUser(c.get("tenant"), c.req.param("id"))));
  });
  return routes;
}

/** The memberships of the signed-in user. Source of the permissions: https://learn.microsoft.com/graph/api/user-list-transitivememberof. */
export function ownMembershipRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get("/transitiveMemberOf", (c) => {
    const user = signedInUser(c);
    requireAny(c, permissions.readOwnMemberships);
    const mayRead = holdsAny(c, permissions.readGroups);
    const groups = groupsOf(c.get("tenant"), user).map((group) => (mayRead ? group : withoutInformation(group)));
    return list(c, context, membershipKind, [...groups, ...rolesOf(c, user)]);
  });
  return routes;
}

const groupsOf = (tenant: Tenant, user: User): Properties[] =>
  [...tenant.groups.values()]
    .filter(({ members }) => members.has(user.id))
    .map(({ id }) => findDirectoryObject(tenant, id) ?? {});

/** An object that the caller may not read: https://learn.microsoft.com/graph/permissions-overview, limited information. */
const withoutInformation = (object: Properties): Properties =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, name === "id" || name === "@odata.type" ? value : null]),
  );

/** The holders of each directory role. */
export function roleManagementRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get("/directory/roleAssignments", (c) => {
    requireAny(c, permissions.readRoles);
    const assignments = [...c.get("tenant").roleMembers].flatMap(([templateId, members]) =>
      [...members].map((principalId) => ({
        id: firstPartyPrincipalId(principalId, templateId),
        principalId,
        directoryScopeId: "/",
        roleDefinitionId: templateId,
      })),
    );
    return list(c, context, assignmentKind, assignments);
  });
  return routes;
}

/**
 * Without a permission to read roles only type and id are returned (https://learn.microsoft.com/graph/permissions-overview, limited
 * information).
 */
function rolesOf(c: GraphContext, user: User): Properties[] {
  const tenant = c.get("tenant");
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
