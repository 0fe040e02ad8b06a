import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import * as v from "valibot";
import type { Context, Tenant } from "../context";
import { permissions, requireAny, type GraphEnv } from "./authorization";
import { readBody, type Properties } from "./body";
import { findDirectoryObject, findServicePrincipal } from "./directory";
import { badRequest, resourceNotFound } from "./errors";
import { objectKey } from "./object-key";
import { filters, type Kind } from "./kinds";
import { entity, list } from "./replies";
import { timestamp } from "./timestamp";

const kind: Kind = {
  set: "appRoleAssignments",
  type: "appRoleAssignment",
  properties: [
    ...["id", "deletedDateTime", "appRoleId", "createdDateTime", "principalDisplayName", "principalId"],
    ...["principalType", "resourceDisplayName", "resourceId"],
  ],
  filterable: { principalId: filters.onlyEqualGuid, resourceId: filters.onlyEqualGuid },
};

const assignmentValues = v.object({ appRoleId: v.string(), principalId: v.string(), resourceId: v.string() });

type Assignment = Tenant["appRoleAssignments"] extends Map<string, infer T> ? T : never;

/** Adds the roles a service principal holds (list), and those given on a resource's (list, give, read, take back). */
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
    requireAny(c, permissions.writeAppRoleAssignments);
    const tenant = c.get("tenant");
    const assignment = newAssignment(tenant, c.req.param("id"), await readBody(c), context.clock.now());
    tenant.appRoleAssignments.set(assignment.id, assignment);
    return entity(c, context, kind, render(tenant, assignment) ?? {}, 201);
  });

  routes.get(`${path}/:assignment`, (c) => {
    requireAny(c, permissions.readApplications);
    const tenant = c.get("tenant");
    return entity(c, context, kind, findAssignment(tenant, c.req.param("id"), c.req.param("assignment")));
  });

  routes.delete(`${path}/:assignment`, (c) => {
    requireAny(c, permissions.writeAppRoleAssignments);
    const tenant = c.get("tenant");
    findAssignment(tenant, c.req.param("id"), c.req.param("assignment"));
    tenant.appRoleAssignments.delete(c.req.param("assignment"));
    return c.body(null, 204);
  });
}

function newAssignment(tenant: Tenant, id: string, body: Properties, now: number): Assignment & Properties {
  const resource = findServicePrincipal(tenant, id);
  const result = v.safeParse(assignmentValues, body);
  if (!result.success || result.output.resourceId !== resource.id) {
    throw badRequest("appRoleId, principalId and the resourceId of this service principal are required.");
  }
  const { appRoleId, principalId, resourceId } = result.output;
  if (!findDirectoryObject(tenant, principalId)) {
    throw resourceNotFound(principalId);
  }
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

/** Undefined while the principal or the resource is deleted: the assignment goes and comes back with them. */
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
