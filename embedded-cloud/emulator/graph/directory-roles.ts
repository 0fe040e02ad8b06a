import { Hono } from "hono";
import type { Context, Tenant, User } from "../context";
import { directoryRoles } from "../directory-roles";
import { firstPartyPrincipalId } from "../first-party-principals";
import { holdsAny, permissions, requireAny, type GraphContext, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import { findDirectoryObject } from "./directory";
import { badRequest, notServed } from "./errors";
import { list, metadataOf, type Kind } from "./replies";
import { findUser } from "./users";

const assignmentKind: Kind = {
  set: "roleManagement/directory/roleAssignments",
  type: "unifiedRoleAssignment",
  selectable: [],
};

/** What a user is a member of: groups, and the directory roles that the user has. */
export function userMembershipRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const path = "/:id/transitiveMemberOf";

  routes.get(path, (c) => {
    requireAny(c, permissions.readMemberships);
    refuseOtherOptions(c, ["$select"]);
    const tenant = c.get("tenant");
    const user = findUser(tenant, c.req.param("id"));
    const groups = [...tenant.groups.values()]
      .filter(({ members }) => members.has(user.id))
      .map(({ id }) => findDirectoryObject(tenant, id) ?? {});
    return c.json(collection(c, context, "directoryObjects", [...groups, ...rolesOf(c, user)]));
  });

  // The cast is an advanced query: https://learn.microsoft.com/graph/api/user-list-transitivememberof names the header and $count.
  routes.get(`${path}/microsoft.graph.directoryRole`, (c) => {
    requireAny(c, permissions.readMemberships);
    refuseOtherOptions(c, ["$select", "$count"]);
    if (c.req.header("ConsistencyLevel")?.toLowerCase() !== "eventual" || c.req.query("$count") !== "true") {
      throw badRequest("Filter or cast requires the header ConsistencyLevel: eventual and $count=true.");
    }
    const roles = rolesOf(c, findUser(c.get("tenant"), c.req.param("id")));
    return c.json({ ...collection(c, context, "directoryRoles", roles), "@odata.count": roles.length });
  });
  return routes;
}

/** Who has which directory role. */
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
    return list(c, context, assignmentKind, assignments, ["principalId", "roleDefinitionId"]);
  });
  return routes;
}

/** Without a right to read roles only type and id show (https://learn.microsoft.com/graph/permissions-overview, limited information). */
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

/** A role that somebody has is an object of the tenant, with an id of its own. */
const roleId = (tenant: Tenant, templateId: string): string => firstPartyPrincipalId(tenant.id, templateId);

function collection(c: GraphContext, context: Context, set: string, objects: readonly Properties[]): Properties {
  const names = c.req.query("$select")?.split(",");
  const unknown = names?.find((name) => !selectable.includes(name));
  if (unknown !== undefined) throw notServed(c, ` with $select=${unknown}`);
  const shown = (name: string) =>
    names === undefined || names.includes(name) || name === "id" || name === "@odata.type";
  return {
    "@odata.context": metadataOf(c, context, names === undefined ? set : `${set}(${names.join(",")})`),
    value: objects.map((object) => Object.fromEntries(Object.entries(object).filter(([name]) => shown(name)))),
  };
}

const selectable: readonly string[] = ["id", "displayName", "description", "roleTemplateId"];

function refuseOtherOptions(c: GraphContext, served: readonly string[]): void {
  for (const name of new URL(c.req.url).searchParams.keys()) {
    if (!served.includes(name)) throw notServed(c, ` with ${name}`);
  }
}
