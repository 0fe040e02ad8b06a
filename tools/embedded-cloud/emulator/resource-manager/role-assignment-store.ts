import type { Subscription } from "../context";
import { isWithin } from "./access";

/** Removes the role assignments of a deleted resource, and of everything in it. */
export function removeAssignmentsWithin(subscription: Subscription, scope: string): void {
  for (const [name, assignment] of subscription.roleAssignments) {
    if (isWithin(assignment.scope, scope)) {
      subscription.roleAssignments.delete(name);
    }
  }
}
