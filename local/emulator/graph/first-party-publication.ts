import type { Context } from "../context";
import { publishedPermissions } from "../directory-objects";
import { azureAdGraph, keyVault, microsoftGraph, partnerCenter, resourceManager } from "../first-party";
import type { Properties } from "./body";

/** The tenant that owns Microsoft's own applications. */
const MICROSOFT_TENANT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

/** What a service principal of one of Microsoft's own applications takes over, or undefined for any other client id. */
export function firstPartyPublication(context: Context, appId: string): Properties | undefined {
  const { origins } = context;
  const origin: Record<string, string> = {
    [azureAdGraph.appId]: origins.azureAdGraph,
    [microsoftGraph.appId]: origins.microsoftGraph,
    [partnerCenter.appId]: origins.partnerCenter,
    [resourceManager.appId]: origins.resourceManager,
  };
  const resources = [azureAdGraph, microsoftGraph, partnerCenter, resourceManager, keyVault];
  const resource = resources.find((candidate) => candidate.appId === appId);
  return (
    resource && {
      ...publishedPermissions(resource),
      appId,
      displayName: resource.displayName,
      appDisplayName: resource.displayName,
      appOwnerOrganizationId: MICROSOFT_TENANT,
      servicePrincipalNames: [appId, origin[appId]].filter((name) => name !== undefined),
    }
  );
}
