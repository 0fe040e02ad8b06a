import type { RoleAssignment, Subscription, Tenant } from "../context";
import { findRoleDefinition, type RoleDefinition } from "./role-definitions";

/** The caller and the scope. */
export interface Access {
  /** The directory with the caller and its groups. */
  home: Tenant;
  subscription: Subscription;
  /** Object id of the user or service principal. */
  oid: string;
  /** Resource id of the action's target. */
  scope: string;
}

/** Whether a role assignment at the scope or above allows the caller an action in the control plane. */
export function mayAct(access: Access, action: string): boolean {
  return holds(access, (role) => allows(role.actions, action) && !allows(role.notActions, action));
}

/** Whether a role assignment that has taken effect allows the caller an action on data. */
export function mayActOnData(access: Access, action: string, now: number): boolean {
  return holds(access, (role, assignment) => assignment.effectiveAt <= now && allows(role.dataActions, action));
}

/** The caller's roles by assignments at the scope and above. */
export function rolesHeld(access: Access): RoleDefinition[] {
  const held = new Set<RoleDefinition>();
  holds(access, (role) => {
    held.add(role);
    return false;
  });
  return [...held];
}

/** Whether a scope equals the other one, or is within it. Resource ids ignore case. */
export function isWithin(scope: string, outer: string): boolean {
  return `${scope}/`.toLowerCase().startsWith(`${outer}/`.toLowerCase());
}

function holds(access: Access, enough: (role: RoleDefinition, assignment: RoleAssignment) => boolean): boolean {
  const principals = principalsOf(access.home, access.oid);
  return [...access.subscription.roleAssignments.values()].some((assignment) => {
    const role = findRoleDefinition(assignment.roleDefinitionId);
    return (
      role !== undefined &&
      principals.has(assignment.principalId) &&
      isWithin(access.scope, assignment.scope) &&
      enough(role, assignment)
    );
  });
}

/** The caller and every group it is in, including nested groups. */
function principalsOf(tenant: Tenant, oid: string): Set<string> {
  const principals = new Set([oid]);
  // Iterating over a set includes elements that are added meanwhile.
  for (const principal of principals) {
    for (const group of tenant.groups.values()) {
      if (group.members.has(principal)) {
        principals.add(group.id);
      }
    }
  }
  return principals;
}

function allows(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => {
    const expression = pattern.split("*").map((part) => part.replaceAll(".", "\\."));
    return new RegExp(`^${expression.join(".*")}$`, "i").test(action);
  });
}
