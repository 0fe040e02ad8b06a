/** This process's permissions at a scope: reading them changes nothing, unlike a trial. */
import * as v from "valibot";
import type { AzureApi } from "./api";

/** The permissions of one role; `*` matches any text. */
const some = v.nullish(v.array(v.string()));
const permissions = v.looseObject({ actions: some, notActions: some, dataActions: some, notDataActions: some });
export type HeldPermissions = Partial<v.InferOutput<typeof permissions>>;

export const heldAt = async (api: AzureApi, scope: string): Promise<HeldPermissions[]> =>
  await api.list(`${scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`, permissions);

/** The labels of the actions that are not allowed. @param needed the action for each label */
export function notAllowed(
  held: readonly HeldPermissions[],
  needed: Readonly<Record<string, string>>,
  plane: "control" | "data",
): string[] {
  return Object.keys(needed).filter((what) => !allows(held, needed[what] ?? "", plane));
}

/** Whether one of the roles allows an action; what one role excludes, another may allow. */
export const allows = (held: readonly HeldPermissions[], action: string, plane: "control" | "data"): boolean =>
  held.some((role) => {
    const [given, taken] =
      plane === "control" ? [role.actions, role.notActions] : [role.dataActions, role.notDataActions];
    return matches(given, action) && !matches(taken, action);
  });

const matches = (patterns: readonly string[] | null | undefined, action: string): boolean =>
  (patterns ?? []).some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/gu, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "iu").test(action);
  });
