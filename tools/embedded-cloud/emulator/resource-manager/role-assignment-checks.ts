import * as v from "valibot";
import type { RoleAssignment } from "../context";
import type { ResourceContext } from "./authorization";
import { ResourceError } from "./errors";
import { findRoleDefinition } from "./role-definitions";
import { subscriptionId } from "./subscriptions";

const guid = v.pipe(v.string(), v.uuid());

/** Names of role assignments are GUIDs. */
export function checkAssignmentName(name: string): void {
  const parsed = v.safeParse(guid, name);
  if (parsed.success) return;
  const message = `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`;
  throw new ResourceError(400, "InvalidRoleAssignmentId", message);
}

/** The assignment to store under the requested name: the existing one, if it is the same. */
export function withoutConflict(c: ResourceContext, wanted: RoleAssignment): RoleAssignment {
  const { roleAssignments } = c.var.subscription;
  const existing = roleAssignments.get(wanted.name);
  if (existing && !isSameGrant(existing, wanted)) {
    const message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.";
    throw new ResourceError(400, "RoleAssignmentUpdateNotPermitted", message);
  }
  const other = [...roleAssignments.values()].find((assignment) => isSameGrant(assignment, wanted));
  if (other && other !== existing) {
    throw new ResourceError(409, "RoleAssignmentExists", "The role assignment already exists.");
  }
  return existing ?? wanted;
}

function isSameGrant(one: RoleAssignment, other: RoleAssignment): boolean {
  return (
    one.principalId === other.principalId &&
    isSameText(one.scope, other.scope) &&
    findRoleDefinition(one.roleDefinitionId) === findRoleDefinition(other.roleDefinitionId)
  );
}

export function roleNotFound(id: string): ResourceError {
  const message = `The specified role definition with ID '${id}' does not exist.`;
  return new ResourceError(404, "RoleDefinitionDoesNotExist", message);
}

/** Full id of the role in a request; the role must be one of those supported here. */
export function knownRole(c: ResourceContext, roleDefinitionId: string): string {
  const role = /\/providers\/Microsoft\.Authorization\/roleDefinitions\/[^/]+$/iu.test(roleDefinitionId)
    ? findRoleDefinition(roleDefinitionId)
    : undefined;
  if (!role) throw roleNotFound(roleDefinitionId);
  return `${subscriptionId(c.var.subscription)}/providers/Microsoft.Authorization/roleDefinitions/${role.id}`;
}

/** The principal's kind; the principal must exist, whatever kind the request names. */
export function principalType(c: ResourceContext, id: string, claimed: string | undefined): string {
  const { tenant, home } = c.var;
  // A partner's group is in no directory of the customer: its kind has to be named.
  if (claimed === "ForeignGroup" && home !== tenant && home.groups.has(id)) return claimed;
  const kinds = [
    { type: "User", objects: tenant.users },
    { type: "Group", objects: tenant.groups },
    { type: "ServicePrincipal", objects: tenant.servicePrincipals },
  ];
  const type = kinds.find(({ objects }) => objects.has(id))?.type;
  if (type === undefined) {
    const principal = id.replaceAll("-", "");
    throw new ResourceError(
      400,
      "PrincipalNotFound",
      `Principal ${principal} does not exist in the directory ${tenant.id}. Check that you have the correct principal ID. ` +
        "If you are creating this principal and then immediately assigning a role, this error might be related to a " +
        "replication delay. In this case, set the role assignment principalType property to a value, such as " +
        "ServicePrincipal, User, or Group.",
    );
  }
  if (claimed !== undefined && claimed !== type) {
    const message = `The PrincipalId '${id}' has type '${type}', which is different from specified PrincipalType '${claimed}'.`;
    throw new ResourceError(400, "UnmatchedPrincipalType", message);
  }
  return type;
}

function isSameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
