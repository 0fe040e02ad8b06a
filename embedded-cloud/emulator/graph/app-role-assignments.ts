import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import * as v from "valibot";
import type { Context, Tenant } from "../context";
import { permissions, requireAny, requireAssignmentWrite, type GraphContext, type GraphEnv } from "./authorization";
import { checkedBody, invalidValue, readBody, type Properties } from "./body";
import { findDirectoryObject, findServicePrincipal, groupKind, userKind } from "./directory";
import { badRequest, resourceNotFound } from "./errors";
import { objectKey } from "./object-key";
import { filters, type Kind } from "./kinds";
import { entity, list } from "./replies";
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
  filterable: { principalId: filters.onlyEqualGuid, resourceId: filters.onlyEqualGuid },
};

export const assignmentBody = v.strictObject({ appRoleId: guid, principalId: guid, resourceId: guid });

/** Principals that can be assigned a role: https://learn.microsoft.com/graph/api/resources/approleassignment. */
const principalTypes = [userKind, groupKind, servicePrincipalKind].map(({ type }) => `#microsoft.graph.${type}`);

type Assignment = Tenant["appRoleAssignments"] extends Map<string, infer T> ? T : never;

/** Adds the roles assigned to a service principal (list), and those assigned for a resource (list, create, read, delete). */
export function addAppRoleAssignmentRoutes(routes: Hono<GraphEnv>, context: Context): void {
  routes.get("/:id/appRoleAssignments", (c) => {
    requireAny(c, permissions.readApplications);
    const tenant = c.get("tenant");
    const principal = findServicePrincipal(tenant, c.req.param("id"));
    return list(c, context, kind, shownAssignments(tenant, "principalId", principal.id));
  });
  addAssignedToRoutes(routes, context);
}

function addAssignedToRoutes(routes: Hono<GraphEnv>, context: Context): void {
  const path = "/:id/appRoleAssignedTo";

  routes.get(path, (c) => {
    requireAny(c, permissions.readApplications);
    const tenant = c.get("tenant");
    const resource = findServicePrincipal(tenant, c.req.param("id"));
    return list(c, context, kind, shownAssignments(tenant, "resourceId", resource.id));
  });

  routes.post(path, async (c) => {
    const tenant = c.get("tenant");
    requireAssignmentWrite(c, tenant.servicePrincipals.get(c.req.param("id"))?.appId);
    const assignment = newAssignment(c, c.req.param("id"), await readBody(c), context.clock.now());
    tenant.appRoleAssignments.set(assignment.id, assignment);
    return entity(c, context, kind, render(tenant, assignment) ?? {}, 201);
  });

  routes.get(`${path}/:assignment`, (c) => {
    requireAny(c, permissions.readApplications);
    const tenant = c.get("tenant");
    return entity(c, context, kind, findAssignment(tenant, c.req.param("id"), c.req.param("assignment")));
  });

  routes.delete(`${path}/:assignment`, (c) => {
    const tenant = c.get("tenant");
    requireAssignmentWrite(c, tenant.servicePrincipals.get(c.req.param("id"))?.appId);
    findAssignment(tenant, c.req.param("id"), c.req.param("assignment"));
    tenant.appRoleAssignments.delete(c.req.param("assignment"));
    return c.body(null, 204);
  });
}

function newAssignment(c: GraphContext, id: string, body: Properties, now: number): Assignment & Properties {
  const tenant = c.get("tenant");
  const resource = findServicePrincipal(tenant, id);
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

function isSame(one: Omit<Assignment, "id">, other: Omit<Assignment, "id">): boolean {
  return (
    one.appRoleId === other.appRoleId && one.principalId === other.principalId && one.resourceId === other.resourceId
  );
}

function findAssignment(tenant: Tenant, resourceId: string, id: string): Properties {
  const assignment = tenant.appRoleAssignments.get(id);
  const shown = assignment?.resourceId === resourceId ? render(tenant, assignment) : undefined;
  if (!shown) {
    throw resourceNotFound(id);
  }
  return shown;
}

/** Undefined while the principal or the resource is deleted: the assignment is removed and restored with them. */
function render(tenant: Tenant, assignment: Assignment): Properties | undefined {
  const principal = findDirectoryObject(tenant, assignment.principalId);
  const resource = tenant.servicePrincipals.get(assignment.resourceId);
  if (!principal || !resource) {
    return undefined;
  }
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
