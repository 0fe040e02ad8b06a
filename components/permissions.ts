/** The permissions the application requests. Every id has its name here and appears nowhere else. */
import type { types } from "@pulumi/azuread";
import { firstPartyApps } from "../config/clouds";

const role = (id: string) => ({ id, type: "Role" });
const scope = (id: string) => ({ id, type: "Scope" });

const permissions = {
  azureAdGraph: {
    directoryReadAll: role("5778995a-e1bf-45b8-affa-663a9f3f4d04"),
    directoryAccessAsUserAll: scope("a42657d6-7f20-40e3-b6f0-cee03008a62a"),
    userRead: scope("311a71cc-e848-46a1-bdf8-97ff7156d8e6"),
  },
  microsoftGraph: {
    securityEventsReadAll: role("bf394140-e372-4bf9-a898-299cfc7564e5"),
    directoryReadAll: role("7ab1d382-f21e-4acd-a863-ba3e13f7da61"),
    userRead: scope("e1fe6dd8-ba31-4d61-89e7-88639da4683d"),
  },
  partnerCenter: { userImpersonation: scope("1cebfa2a-fb4d-419e-b5f9-839b4383e05a") },
  azureResourceManager: { userImpersonation: scope("41094075-9dad-400e-a0bd-54e686782033") },
};

/** Extra permissions beyond the Secure Application Model's own set; both off by default, so that the set stays exact. */
export interface ExtraPermissions {
  /** Azure Resource Manager user_impersonation: without it Entra refuses ARM tokens with AADSTS65001. Default false. */
  azureManagement?: boolean;
  /** Microsoft Graph User.Read, delegated: without it a delegated Graph token carries no Graph permission. Default false. */
  delegatedGraph?: boolean;
}

/** The model's three resources, 3 + 2 + 1 permissions in its own order, and what was opted in to. */
export function requiredResourceAccesses(extra: ExtraPermissions): types.input.ApplicationRequiredResourceAccess[] {
  const { azureAdGraph, microsoftGraph, partnerCenter, azureResourceManager } = permissions;
  const graph = [microsoftGraph.securityEventsReadAll, microsoftGraph.directoryReadAll];
  const accesses = [
    {
      resourceAppId: firstPartyApps.azureAdGraph,
      resourceAccesses: [azureAdGraph.directoryReadAll, azureAdGraph.directoryAccessAsUserAll, azureAdGraph.userRead],
    },
    {
      resourceAppId: firstPartyApps.microsoftGraph,
      resourceAccesses: extra.delegatedGraph ? [...graph, microsoftGraph.userRead] : graph,
    },
    { resourceAppId: firstPartyApps.partnerCenter, resourceAccesses: [partnerCenter.userImpersonation] },
  ];
  if (extra.azureManagement) {
    accesses.push({
      resourceAppId: firstPartyApps.azureResourceManager,
      resourceAccesses: [azureResourceManager.userImpersonation],
    });
  }
  return accesses;
}
