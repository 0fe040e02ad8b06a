/** An application's permissions as a list of names: Entra nests their ids, in an order of its own. */
import * as v from "valibot";
import { Directory } from "../../lib/application/directory";
import type { AzureApi } from "../../lib/azure/api";
import { isRecord, type Value } from "./differences";
import type { DriftFinding } from "./findings";

/** The input of azuread's Application with the permissions. */
export const permissionsProperty = "requiredResourceAccesses";

/** One entry for each permission; anything else unchanged. */
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

const permissionEntry = v.object({ resourceAppId: v.string(), id: v.string(), type: v.string() });

/** Names instead of ids, "Microsoft Graph: User.Read (Scope)"; ids stay if Graph cannot be read. */
export async function withPermissionNames(
  findings: readonly DriftFinding[],
  graph: AzureApi | undefined,
): Promise<DriftFinding[]> {
  const directory = graph && new Directory(graph);
  const name = async (value: Value | null): Promise<Value | null> => {
    if (!v.is(permissionEntry, value)) return value;
    const { resourceAppId, id, type } = value;
    const publisher = await directory?.principalOf(resourceAppId).catch(() => undefined);
    const published = type === "Role" ? publisher?.appRoles : publisher?.oauth2PermissionScopes;
    const named = published?.find((one) => one.id === id)?.value ?? id;
    return `${publisher?.displayName ?? resourceAppId}: ${named} (${type})`;
  };
  const named = findings.map(async ({ declared, live, ...finding }) => {
    return { ...finding, declared: await name(declared), live: await name(live) };
  });
  return await Promise.all(named);
}
