/** What is asked for, and what of it an application's registration lists. */
import {
  azureManagementPermissions,
  delegatedGraphPermissions,
  modelPermissions,
  type RequestedPermissions,
} from "../../application/permissions";
import type { Application } from "../../application/applications";
import type { Facts } from "./facts";

/** The model's own, and Microsoft Graph's where the stack opted in; Azure has a check of its own. */
export async function wantedPermissions(facts: Facts): Promise<readonly RequestedPermissions[]> {
  const wantsGraph = (await facts.stack())?.settings.delegatedGraph === true;
  return wantsGraph ? [...modelPermissions, delegatedGraphPermissions] : modelPermissions;
}

/** e.g. Partner Center user_impersonation */
export function undeclared(application: Application, wanted: readonly RequestedPermissions[]): string[] {
  return wanted.flatMap(({ resource, resourceAppId, permissions }) => {
    const entries = application.requiredResourceAccess.filter((one) => one.resourceAppId === resourceAppId);
    const ids = entries.flatMap(({ resourceAccess }) => resourceAccess.map(({ id }) => id));
    return permissions.filter(({ id }) => !ids.includes(id)).map(({ type, value }) => `${resource} ${value} (${type})`);
  });
}

export function declaresAzure(application: Application): boolean {
  return undeclared(application, [azureManagementPermissions]).length === 0;
}
