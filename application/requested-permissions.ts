/** The permissions the application requests, as its resources declare them. */
import type { Permission } from "./applications";
import {
  azureManagementPermissions,
  delegatedGraphPermissions,
  modelPermissions,
  type RequestedPermissions,
} from "./permissions";

/** Extra permissions beyond the Secure Application Model's own set; both off by default, so that the set stays exact. */
export interface ExtraPermissions {
  /** Azure Resource Manager user_impersonation: without it Entra refuses ARM tokens with AADSTS65001. Default false. */
  azureManagement?: boolean;
  /** Microsoft Graph User.Read, delegated: without it a delegated Graph token carries no Graph permission. Default false. */
  delegatedGraph?: boolean;
}

/** What is asked of one service, as azuread nests it. */
export interface RequiredAccess {
  resourceAppId: string;
  resourceAccesses: Omit<Permission, "resourceAppId">[];
}

/** The model's three resources, 3 + 2 + 1 permissions in its own order, and what was opted in to. */
export function requiredResourceAccesses(extra: ExtraPermissions): RequiredAccess[] {
  const accesses: RequiredAccess[] = [];
  for (const { resourceAppId, permissions } of requested(extra)) {
    const resourceAccesses = permissions.map(({ id, type }) => ({ id, type }));
    const entry = accesses.find((one) => one.resourceAppId === resourceAppId);
    if (entry === undefined) accesses.push({ resourceAppId, resourceAccesses });
    else entry.resourceAccesses.push(...resourceAccesses);
  }
  return accesses;
}

/** The same one by one, by name: Microsoft Graph Directory.Read.All. */
export function namedPermissions(extra: ExtraPermissions): Record<string, Permission> {
  return Object.fromEntries(
    requested(extra).flatMap(({ resource, resourceAppId, permissions }) =>
      permissions.map(({ id, type, value }) => [`${resource} ${value}`, { resourceAppId, id, type }] as const),
    ),
  );
}

function requested(extra: ExtraPermissions): readonly RequestedPermissions[] {
  return [
    ...modelPermissions,
    ...(extra.delegatedGraph ? [delegatedGraphPermissions] : []),
    ...(extra.azureManagement ? [azureManagementPermissions] : []),
  ];
}
