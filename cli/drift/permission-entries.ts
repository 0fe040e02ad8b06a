/** An application's permissions as a flat list: its own form nests them, and Entra answers both levels in an order of its own. */
import { isRecord, type Value } from "./values";

/** The input of azuread's Application that holds them. */
export const permissionsProperty = "requiredResourceAccesses";

/** One permission. */
export type PermissionEntry = Readonly<Record<"resourceAppId" | "id" | "type", string>>;

/** One entry a permission; anything else unchanged. */
export function permissionEntries(accesses: unknown): unknown {
  if (!Array.isArray(accesses)) return accesses;
  return accesses.flatMap((access: unknown) => {
    if (!isRecord(access) || !Array.isArray(access["resourceAccesses"])) return [access];
    const { resourceAppId } = access;
    return access["resourceAccesses"].map((permission: unknown) =>
      isRecord(permission) ? { resourceAppId, id: permission["id"], type: permission["type"] } : permission,
    );
  });
}

export function isPermission(value: Value | undefined): value is PermissionEntry {
  return isRecord(value) && ["resourceAppId", "id", "type"].every((key) => typeof value[key] === "string");
}
