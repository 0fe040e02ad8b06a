/** The permissions the application requests, as its resource declares them. */
import type { types } from "@pulumi/azuread";
import {
  azureManagementPermissions,
  delegatedGraphPermissions,
  modelPermissions,
  type RequestedPermissions,
} from "../azure/permissions";

/** Extra permissions beyond the Secure Application Model's own set; both off by default, so that the set stays exact. */
export interface ExtraPermissions {
  /** Azure Resource Manager user_impersonation: without it Entra refuses ARM tokens with AADSTS65001. Default false. */
  azureManagement?: boolean;
  /** Microsoft Graph User.Read, delegated: without it a delegated Graph token carries no Graph permission. Default false. */
  delegatedGraph?: boolean;
}

/** The model's three resources, 3 + 2 + 1 permissions in its own order, and what was opted in to. */
export function requiredResourceAccesses(extra: ExtraPermissions): types.input.ApplicationRequiredResourceAccess[] {
  const accesses = modelPermissions.map((own) => ({
    resourceAppId: own.resourceAppId,
    resourceAccesses: accessesOf(own),
  }));
  if (extra.delegatedGraph) {
    const graph = accesses.find(({ resourceAppId }) => resourceAppId === delegatedGraphPermissions.resourceAppId);
    graph?.resourceAccesses.push(...accessesOf(delegatedGraphPermissions));
  }
  if (extra.azureManagement) {
    const { resourceAppId } = azureManagementPermissions;
    accesses.push({ resourceAppId, resourceAccesses: accessesOf(azureManagementPermissions) });
  }
  return accesses;
}

function accessesOf({ permissions }: RequestedPermissions): { id: string; type: string }[] {
  return permissions.map(({ id, type }) => ({ id, type }));
}
