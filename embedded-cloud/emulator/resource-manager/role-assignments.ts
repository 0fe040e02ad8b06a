import type { Context, RoleAssignment } from "../context";
import * as v from "valibot";
import { isWithin } from "./access";
import { isAllowed, requireAction, type ResourceContext } from "./authorization";
import { readBody } from "./body";
import { notServed, ResourceError } from "./errors";
import { checkAssignmentName, knownRole, principalType, withoutConflict } from "./role-assignment-checks";

const assignments = "Microsoft.Authorization/roleAssignments";

const assignmentBody = v.object({
  properties: v.strictObject({
    roleDefinitionId: v.string(),
    principalId: v.pipe(v.string(), v.uuid()),
    principalType: v.optional(v.picklist(["User", "Group", "ServicePrincipal"])),
    description: v.nullish(v.string()),
  }),
});

/** Creates a role assignment; the same request again changes nothing. */
export async function putAssignment(
  c: ResourceContext,
  context: Context,
  scope: string,
  name: string,
): Promise<Response> {
  requireAction(c, scope, `${assignments}/write`);
  checkAssignmentName(name);
  const { properties } = await readBody(c, assignmentBody);
  const wanted: RoleAssignment = {
    name: name.toLowerCase(),
    scope,
    roleDefinitionId: knownRole(c, properties.roleDefinitionId),
    principalId: properties.principalId,
    principalType: principalType(c.get("tenant"), properties.principalId, properties.principalType),
    effectiveAt: context.clock.now() + context.roleAssignmentDelay,
  };
  const assignment = withoutConflict(c, wanted);
  c.get("subscription").roleAssignments.set(assignment.name, assignment);
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
  if (!assignment) {
    return c.body(null, 204);
  }
  c.get("subscription").roleAssignments.delete(assignment.name);
  return c.json(render(assignment));
}

/** Assignments at, above and below a scope; `atScope()` leaves out those below, `principalId eq '…'` all but one principal's. */
export function listAssignments(c: ResourceContext, scope: string): Response {
  const clauses = c.req.query("$filter")?.split(" and ") ?? [];
  const wanted = clauses.map((clause) => filterClause(c, scope, clause));
  const value = [...c.get("subscription").roleAssignments.values()]
    .filter((assignment) => isWithin(scope, assignment.scope) || isWithin(assignment.scope, scope))
    .filter((assignment) => isAllowed(c, assignment.scope, `${assignments}/read`))
    .filter((assignment) => wanted.every((matches) => matches(assignment)));
  return c.json({ value: value.map(render) });
}

function filterClause(c: ResourceContext, scope: string, clause: string): (assignment: RoleAssignment) => boolean {
  if (clause.trim() === "atScope()") {
    return (assignment) => isWithin(scope, assignment.scope);
  }
  const principalId = /^\s*principalId eq '(?<id>[^']*)'\s*$/.exec(clause)?.groups?.["id"];
  if (principalId === undefined) {
    throw notServed(c, ` with $filter=${clause}`);
  }
  return (assignment) => assignment.principalId === principalId;
}

function findAssignment(c: ResourceContext, scope: string, name: string): RoleAssignment | undefined {
  const assignment = c.get("subscription").roleAssignments.get(name.toLowerCase());
  return assignment?.scope.toLowerCase() === scope.toLowerCase() ? assignment : undefined;
}

function render(assignment: RoleAssignment): Record<string, unknown> {
  const { name, scope, roleDefinitionId, principalId, principalType } = assignment;
  return {
    id: `${scope}/providers/${assignments}/${name}`,
    name,
    type: assignments,
    properties: { roleDefinitionId, principalId, principalType, scope, condition: null, conditionVersion: null },
  };
}
