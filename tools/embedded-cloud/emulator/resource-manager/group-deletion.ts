import type { MiddlewareHandler } from "hono";
import type { Subscription } from "../context";
import { isWithin } from "./access";
import { nowOf, type ResourceEnv } from "./authorization";
import { removeAssignmentsWithin } from "./role-assignment-store";
import { softDeleteVault } from "./vault-store";

export const deletionJob = (name: string): string => `RESOURCEGROUPDELETIONJOB-${name}`;

/** Deletes a group now or, if deletions take time, marks it: it exists until then. */
export function beginDeletion(subscription: Subscription, group: Record<string, unknown>, now: number): void {
  const { conditions } = subscription;
  if (conditions?.groupDeletion === undefined) {
    deleteGroup(subscription, String(group["id"]), now);
    return;
  }
  group["properties"] = { provisioningState: "Deleting" };
  conditions.deleting = { ...conditions.deleting, [String(group["id"])]: now + conditions.groupDeletion };
}

export function isBeingDeleted(subscription: Subscription, id: string): boolean {
  return subscription.conditions?.deleting?.[id] !== undefined;
}

/** Completes the deletions that are due, before a request is processed. */
export const endDeletions: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const { subscription } = c.var;
  const { deleting = {}, ...others } = subscription.conditions ?? {};
  const done = Object.keys(deleting).filter((id) => (deleting[id] ?? 0) <= nowOf(c));
  for (const id of done) deleteGroup(subscription, id, nowOf(c));
  if (done.length > 0) {
    const left = Object.entries(deleting).filter(([id]) => !done.includes(id));
    subscription.conditions = { ...others, deleting: Object.fromEntries(left) };
  }
  await next();
};

/** Vaults inside are only soft-deleted, so their names stay taken; diagnostic settings stay. */
function deleteGroup(subscription: Subscription, id: string, now: number): void {
  for (const vault of subscription.vaults.values()) {
    if (isWithin(vault.resource.id, id)) {
      softDeleteVault(subscription, vault, now);
    }
  }
  for (const [name, { resource }] of subscription.storageAccounts ?? [])
    if (isWithin(resource.id, id)) subscription.storageAccounts?.delete(name);
  for (const [key, resource] of subscription.workspaces ?? [])
    if (isWithin(resource.id, id)) subscription.workspaces?.delete(key);
  removeAssignmentsWithin(subscription, id);
  subscription.resourceGroups.delete(id.split("/").at(-1)?.toLowerCase() ?? "");
}
