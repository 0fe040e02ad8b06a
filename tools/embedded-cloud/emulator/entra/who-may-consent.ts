/**
 * Who may consent. Sources: configure-user-consent and grant-admin-consent in
 * https://learn.microsoft.com/entra/identity/enterprise-apps/.
 */
import type { Application, Tenant, User } from "../context";
import { hasDirectoryRole, type DirectoryRoleName } from "../directory-roles";
import { azureAdGraph, microsoftGraph } from "../first-party";
import { clientName } from "./clients";
import type { ConsentItem } from "./consents";
import { EntraError, NotServedError } from "./errors";

/** May consent to everything. */
const consentToAll: readonly DirectoryRoleName[] = ["globalAdministrator", "privilegedRoleAdministrator"];
/** May consent to everything but application permissions of the two directory services. */
const consentToMost: readonly DirectoryRoleName[] = ["applicationAdministrator", "cloudApplicationAdministrator"];
const directoryServices: readonly string[] = [microsoftGraph.appId, azureAdGraph.appId];

const hasAny = (tenant: Tenant, { id }: User, roles: readonly DirectoryRoleName[]): boolean =>
  roles.some((role) => hasDirectoryRole(tenant, role, id));

/** Whether this account may consent for others at all. */
export const isConsentAdministrator = (tenant: Tenant, user: User): boolean =>
  hasAny(tenant, user, [...consentToAll, ...consentToMost]);

/** Only a Global Administrator is asked to consent for everybody (application-consent-experience). */
export const maySpeakForOrganization = (tenant: Tenant, user: User): boolean =>
  hasDirectoryRole(tenant, "globalAdministrator", user.id);

/** @returns why not, undefined if the account may @throws NotServedError when a policy is a custom one */
export function consentRefusal(
  tenant: Tenant,
  application: Application,
  user: User,
  items: readonly ConsentItem[],
): EntraError | undefined {
  const refusal = (code: 90093 | 90094) =>
    new EntraError(code, { clientName: clientName(application), tenant: tenant.displayName });
  if (hasAny(tenant, user, consentToAll)) return undefined;
  if (hasAny(tenant, user, consentToMost)) {
    const beyond = items.some(({ resource, roles }) => roles.length > 0 && directoryServices.includes(resource.appId));
    return beyond ? refusal(90094) : undefined;
  }
  if (items.some(needsAdministrator)) return refusal(90094);
  return mayOrdinaryAccountsConsent(tenant) ? undefined : refusal(90093);
}

const needsAdministrator = ({ resource, scopes, roles }: ConsentItem): boolean =>
  roles.length > 0 ||
  resource.oauth2PermissionScopes.some(({ value, type }) => type === "Admin" && scopes.includes(value));

const forThemselves = "ManagePermissionGrantsForSelf.";
/** Microsoft's own policies. "low" covers permissions classified by an administrator, and none are. */
const builtIn: Readonly<Record<string, boolean>> = {
  "microsoft-user-default-legacy": true,
  "microsoft-user-default-recommended": true,
  "microsoft-user-default-low": false,
};

function mayOrdinaryAccountsConsent({ permissionGrantPolicies }: Tenant): boolean {
  const own = permissionGrantPolicies.filter((policy) => policy.startsWith(forThemselves));
  return own.some((policy) => {
    const answer = builtIn[policy.slice(forThemselves.length)];
    if (answer === undefined) throw new NotServedError(`the permission grant policy ${policy}`);
    return answer;
  });
}
