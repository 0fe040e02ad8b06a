/** The declared permissions of a registration by name: it has ids, and each resource publishes the names. */
import type { Application, ServicePrincipal } from "./applications";
import type { Directory } from "./directory";
import { type PublishedPermission, type RequestedPermission, resourceNameOf } from "./permissions";

export interface DeclaredPermission extends RequestedPermission {
  /** Object id of the resource's service principal; undefined where the tenant has none. */
  resourceId: string | undefined;
  /** Whether only an administrator may grant it, even to one account. */
  byAdministrator: boolean;
}

/** Permissions sorted by name, as Graph has no fixed order; a permission not published here is named by its id. */
export async function declaredIn(
  directory: Directory,
  registration: Pick<Application, "requiredResourceAccess">,
): Promise<DeclaredPermission[]> {
  const all = registration.requiredResourceAccess.map(async ({ resourceAppId, resourceAccess }) => {
    const principal = await directory.principalOf(resourceAppId);
    const resource = resourceNameOf(resourceAppId) ?? principal?.displayName ?? resourceAppId;
    return resourceAccess.map(({ id, type }) => {
      const kind = type === "Role" ? "Role" : "Scope";
      const { id: resourceId } = principal ?? {};
      return { resource, resourceAppId, resourceId, id, type: kind, ...published(principal, kind, id) } as const;
    });
  });
  return (await Promise.all(all)).flat().sort((one, other) => nameOf(one).localeCompare(nameOf(other), "en"));
}

function published(principal: ServicePrincipal | undefined, kind: PublishedPermission["type"], id: string) {
  if (kind === "Role") {
    return { value: principal?.appRoles.find((one) => one.id === id)?.value ?? id, byAdministrator: true };
  }
  const scope = principal?.oauth2PermissionScopes.find((one) => one.id === id);
  return { value: scope?.value ?? id, byAdministrator: scope?.type !== "User" };
}

export const nameOf = ({ resource, value }: Pick<DeclaredPermission, "resource" | "value">): string =>
  `${resource} ${value}`;
