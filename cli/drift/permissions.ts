/** An application's permissions as a list of names: its own form nests ids, and Entra returns both levels in its own order. */
import type * as v from "valibot";
import { servicePrincipalShape } from "../../lib/application/applications";
import type { AzureApi } from "../../lib/azure/api";
import { equal } from "../../lib/azure/graph";
import { isRecord, type Value } from "./differences";
import type { DriftFinding } from "./findings";

/** The input of azuread's Application with the permissions. */
export const permissionsProperty = "requiredResourceAccesses";

type PermissionEntry = Readonly<Record<"resourceAppId" | "id" | "type", string>>;

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

const isPermission = (value: Value | null): value is PermissionEntry =>
  isRecord(value) && ["resourceAppId", "id", "type"].every((key) => typeof value[key] === "string");

type Publisher = v.InferOutput<typeof servicePrincipalShape>;

/** Names instead of ids, "Microsoft Graph: User.Read (Scope)", from the service that publishes them; ids stay if Graph cannot be read. */
export async function withPermissionNames(
  findings: DriftFinding[],
  graph: AzureApi | undefined,
): Promise<DriftFinding[]> {
  const permissions = findings
    .filter(({ property }) => property === permissionsProperty)
    .flatMap(({ declared, live }) => [declared, live])
    .filter(isPermission);
  if (permissions.length === 0) return findings;
  const publishers = await publishersOf(permissions, graph);
  const name = (value: Value | null) => (isPermission(value) ? nameOf(value, publishers) : value);
  return findings.map((finding) => ({ ...finding, declared: name(finding.declared), live: name(finding.live) }));
}

function nameOf({ resourceAppId, id, type }: PermissionEntry, publishers: readonly Publisher[]): string {
  const publisher = publishers.find(({ appId }) => appId === resourceAppId);
  const published = type === "Role" ? publisher?.appRoles : publisher?.oauth2PermissionScopes;
  const name = published?.find((one) => one.id === id)?.value ?? id;
  return `${publisher?.displayName ?? resourceAppId}: ${name} (${type})`;
}

async function publishersOf(permissions: PermissionEntry[], graph: AzureApi | undefined): Promise<Publisher[]> {
  if (graph === undefined) return [];
  const ids = [...new Set(permissions.map(({ resourceAppId }) => resourceAppId))];
  try {
    const found = await Promise.all(
      ids.map((id) => graph.list(`/v1.0/servicePrincipals${equal("appId", id)}`, servicePrincipalShape)),
    );
    return found.flat();
  } catch {
    return [];
  }
}
