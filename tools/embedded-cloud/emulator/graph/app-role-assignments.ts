import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import * as v from "valibot";
import type { Tenant } from "../context";
import { idOf, permissions, requireAssignmentWrite, type GraphContext, type GraphEnv } from "./authorization";
import { checkedBody, invalidValue, readBody, type Properties } from "./body";
import { findDirectoryObject, findServicePrincipal, groupKind, userKind } from "./directory";
import { badRequest, resourceNotFound } from "./errors";
import { objectKey } from "./object-key";
import type { Kind } from "./kinds";
import { addEntity, addList, entity } from "./replies";
import { servicePrincipalKind } from "./service-principal-schema";
import { timestamp } from "./timestamp";
import { guid } from "./values";

const kind: Kind = {
  set: "appRoleAssignments",
  type: "appRoleAssignment",
  properties: [
    ...["id", "deletedDateTime", "appRoleId", "createdDateTime", "principalDisplayName", "principalId"],
    ...["principalType", "resourceDisplayName", "resourceId"],
  ],
};

export const assignmentBody = v.strictObject({ appRoleId: guid, principalId: guid, resourceId: guid });

/** Source: https://learn.microsoft.com/graph/api/resources/approleassignment. */
const principalTypes = [userKind, groupKind, servicePrincipalKind].map(({ type }) => `#microsoft.graph.${type}`);

type Assignment = Tenant["appRoleAssignments"] extends Map<string, infer T> ? T : never;

/** Adds the roles assigned to a service principal, which can only be listed, and those for a resource. */
export function addAppRoleAssignmentRoutes(routes: Hono<GraphEnv>): void {
  for (const [path, end] of [
    ["/:id/appRoleAssignments", "principalId"],
    ["/:id/appRoleAssignedTo", "resourceId"],
  ] as const) {
    addList(routes, path, permissions.readApplications, kind, (c) =>
      shownAssignments(c.var.tenant, end, findServicePrincipal(c).id),
    );
  }

  const path = "/:id/appRoleAssignedTo/:assignment";
  addEntity(routes, path, permissions.readApplications, kind, findAssignment);

  routes.post("/:id/appRoleAssignedTo", async (c) => {
    requireWrite(c);
    const { tenant, context } = c.var;
    const assignment = newAssignment(c, await readBody(c), context.clock.now());
    tenant.appRoleAssignments.set(assignment.id, assignment);
    return entity(c, kind, render(tenant, assignment) ?? {}, 201);
  });

  routes.delete(path, (c) => {
    requireWrite(c);
    c.var.tenant.appRoleAssignments.delete(String(findAssignment(c)["id"]));
    return c.body(null, 204);
  });
}

const requireWrite = (c: GraphContext): void => {
  requireAssignmentWrite(c, c.var.tenant.servicePrincipals.get(idOf(c))?.appId);
};

function newAssignment(c: GraphContext, body: Properties, now: number): Assignment & Properties {
  const { tenant } = c.var;
  const resource = findServicePrincipal(c);
  const { appRoleId, principalId, resourceId } = checkedBody(c, kind, assignmentBody, body);
  if (resourceId !== resource.id) throw badRequest(invalidValue("resourceId", kind));
  const principal = findDirectoryObject(tenant, principalId);
  if (!principal) throw resourceNotFound(principalId);
  if (!principalTypes.includes(String(principal["@odata.type"]))) throw badRequest(invalidValue("principalId", kind));
  if (!resource.appRoles.some((role) => role.id === appRoleId)) {
    throw badRequest(`Permission being assigned was not found on application '${resource.appId}'.`);
  }
  const assignments = [...tenant.appRoleAssignments.values()];
  if (assignments.some((other) => isSame(other, { appRoleId, principalId, resourceId }))) {
    throw badRequest("Permission being assigned already exists on the object");
  }
  const key = objectKey(principalId, randomUUID());
  return { id: key, appRoleId, principalId, resourceId, createdDateTime: timestamp(now) };
}

function shownAssignments(tenant: Tenant, end: "principalId" | "resourceId", id: string): Properties[] {
  return [...tenant.appRoleAssignments.values()]
    .filter((assignment) => assignment[end] === id)
    .map((assignment) => render(tenant, assignment))
    .filter((shown) => shown !== undefined);
}

const isSame = (one: Omit<Assignment, "id">, other: Omit<Assignment, "id">): boolean =>
  one.appRoleId === other.appRoleId && one.principalId === other.principalId && one.resourceId === other.resourceId;

function findAssignment(c: GraphContext): Properties {
  const id = c.req.param("assignment") ?? "";
  const assignment = c.var.tenant.appRoleAssignments.get(id);
  const shown = assignment?.resourceId === idOf(c) ? render(c.var.tenant, assignment) : undefined;
  if (!shown) throw resourceNotFound(id);
  return shown;
}

/** While the principal or the resource is deleted, so is the assignment; it is restored with them. */
function render(tenant: Tenant, assignment: Assignment): Properties | undefined {
  const principal = findDirectoryObject(tenant, assignment.principalId);
  const resource = tenant.servicePrincipals.get(assignment.resourceId);
  if (!principal || !resource) return undefined;
  const type = String(principal["@odata.type"]).replace("#microsoft.graph.", "");
  return {
    deletedDateTime: null,
    createdDateTime: null,
    ...assignment,
    principalDisplayName: principal["displayName"] ?? null,
    principalType: type.charAt(0).toUpperCase() + type.slice(1),
    resourceDisplayName: resource.displayName,
  };
}
