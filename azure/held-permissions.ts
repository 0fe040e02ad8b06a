/** What this process may do at a scope, as Resource Manager answers it: reading that changes nothing, where a trial would. */
import type { AzureApi } from "./api";

/** Of one role; `*` stands for any text. */
export interface HeldPermissions {
  actions?: string[];
  notActions?: string[];
  dataActions?: string[];
  notDataActions?: string[];
}

/** @param scope resource id of a subscription, a resource group or a resource */
export async function heldAt(api: AzureApi, scope: string): Promise<HeldPermissions[]> {
  return await api.list(`${scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`);
}

/** What of these is not allowed, by its words. @param needed the action for each */
export function notAllowed(
  held: readonly HeldPermissions[],
  needed: Readonly<Record<string, string>>,
  plane: "control" | "data",
): string[] {
  return Object.keys(needed).filter((what) => !allows(held, needed[what] ?? "", plane));
}

/** Whether one of the roles allows an action; what a role takes back, another one may give. */
export function allows(held: readonly HeldPermissions[], action: string, plane: "control" | "data"): boolean {
  return held.some((role) => {
    const [given, taken] =
      plane === "control" ? [role.actions, role.notActions] : [role.dataActions, role.notDataActions];
    return matches(given, action) && !matches(taken, action);
  });
}

function matches(patterns: readonly string[] | undefined, action: string): boolean {
  return (patterns ?? []).some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/gu, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "iu").test(action);
  });
}
