import type { RoleAssignment } from "../context";
import * as v from "valibot";
import { isWithin } from "./access";
import { isAllowed, nowOf, requireAction, type ResourceContext } from "./authorization";
import { readBody } from "./body";
import { filtered } from "./query";
import { strictObject } from "../strict-json";
import { notServed, ResourceError } from "./errors";
import { checkAssignmentName, knownRole, principalType, withoutConflict } from "./role-assignment-checks";

const assignments = "Microsoft.Authorization/roleAssignments";

/** Supported by Resource Manager, but not here. */
const notServedHere = ["condition", "conditionVersion", "delegatedManagedIdentityResourceId"] as const;

const assignmentBody = strictObject({
  properties: strictObject({
    roleDefinitionId: v.string(),
    principalId: v.pipe(v.string(), v.uuid()),
    principalType: v.nullish(v.picklist(["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"])),
    description: v.nullish(v.string()),
    ...v.entriesFromList(notServedHere, v.nullish(v.string())),
  }),
});

/** Creates a role assignment; the same request again changes nothing. */
export async function putAssignment(c: ResourceContext, scope: string, name: string): Promise<Response> {
  requireAction(c, scope, `${assignments}/write`);
  checkAssignmentName(name);
  const { properties } = await readBody(c, assignmentBody);
  const more = notServedHere.find((name) => properties[name] !== undefined && properties[name] !== null);
  if (more !== undefined) throw notServed(c, ` with ${more}`);
  const wanted: RoleAssignment = {
    name: name.toLowerCase(),
    scope,
    roleDefinitionId: knownRole(c, properties.roleDefinitionId),
    principalId: properties.principalId,
    principalType: principalType(c, properties.principalId, properties.principalType ?? undefined),
    ...(typeof properties.description === "string" && { description: properties.description }),
    effectiveAt: nowOf(c) + c.var.context.roleAssignmentDelay,
  };
  const assignment = withoutConflict(c, wanted);
  c.var.subscription.roleAssignments.set(assignment.name, assignment);
  return c.json(render(assignment), 201);
}

export function getAssignment(c: ResourceContext, scope: string, name: string): Response {
  requireAction(c, scope, `${assignments}/read`);
  const assignment = findAssignment(c, scope, name);
  if (!assignment) {
    throw new ResourceError(404, "RoleAssignmentNotFound", `The role assignment '${name}' is not found.`);
  }
  return c.json(render(assignment));
}

export function deleteAssignment(c: ResourceContext, scope: string, name: string): Response {
  requireAction(c, scope, `${assignments}/delete`);
  const assignment = findAssignment(c, scope, name);
  if (!assignment) return c.body(null, 204);
  c.var.subscription.roleAssignments.delete(assignment.name);
  return c.json(render(assignment));
}

/** Assignments at, above and below a scope. */
export function listAssignments(c: ResourceContext, scope: string): Response {
  const near = [...c.var.subscription.roleAssignments.values()]
    .filter((assignment) => isWithin(scope, assignment.scope) || isWithin(assignment.scope, scope))
    .filter((assignment) => isAllowed(c, assignment.scope, `${assignments}/read`));
  const value = filtered(c, near, (assignment) => assignment);
  return c.json({ value: value.map(render) });
}

function findAssignment(c: ResourceContext, scope: string, name: string): RoleAssignment | undefined {
  const assignment = c.var.subscription.roleAssignments.get(name.toLowerCase());
  return assignment?.scope.toLowerCase() === scope.toLowerCase() ? assignment : undefined;
}

function render(assignment: RoleAssignment): Record<string, unknown> {
  const { name, scope, roleDefinitionId, principalId, principalType, description = null } = assignment;
  return {
    id: `${scope}/providers/${assignments}/${name}`,
    name,
    type: assignments,
    properties: {
      ...{ roleDefinitionId, principalId, principalType, scope, description },
      ...{ condition: null, conditionVersion: null },
    },
  };
}
