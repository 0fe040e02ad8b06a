/**
 * Whether an account's own consent can succeed, determined before a browser opens.
 * Sources: Microsoft's pages on user consent, on roles that may grant tenant-wide consent, and on
 * prompt=consent, with which Entra shows everything declared again, even if it is granted.
 */
import * as v from "valibot";
import { type AzureApi, onStatus } from "../azure/api";
import { firstPartyApps } from "../config/clouds";
import { Failure } from "../errors/failure";
import { optionalText } from "../azure/shapes";
import { type Application, findApplicationOf, type ServicePrincipal } from "./applications";
import { declaredIn, type DeclaredPermission, nameOf } from "./declared";
import { type Directory, requireAccount } from "./directory";
import { grantingAll, grantingMost } from "./directory-roles";
import { scopesIn } from "./grants";

export interface ConsentPrecheck {
  /** Delegated permissions that are declared, but granted neither to the account nor to everybody. */
  missing: readonly string[];
  /** Whether a sign-in shows the consent page: it does while the account has no grant for Partner Center. */
  asks: boolean;
  /** Why Entra would refuse the account's own consent; undefined if nothing is known that prevents it. */
  refused: Refusal | undefined;
  /** Missing delegated permissions of a single resource: an administrator can be asked for these alone. */
  alone?: readonly DeclaredPermission[] | undefined;
  /** Directory roles, each of which may consent to everything declared. */
  administrators: readonly string[];
}

export interface Refusal {
  /** Missing permissions that the account may not grant. */
  beyond: readonly string[];
  /** Whether only the tenant's policy is the reason (AADSTS90093), not the permission (AADSTS90094). */
  byPolicy: boolean;
}

const graphs: readonly string[] = [firstPartyApps.microsoftGraph, firstPartyApps.azureAdGraph];

const isBeyondMost = ({ type, resourceAppId }: DeclaredPermission) => type === "Role" && graphs.includes(resourceAppId);

/** Roles of which each may grant what is declared, in the whole tenant. */
export function administratorsOf(declared: readonly DeclaredPermission[]): string[] {
  return [...Object.values(grantingAll), ...(declared.some(isBeyondMost) ? [] : Object.values(grantingMost))];
}

/**
 * @param account object id or user principal name
 * @throws Failure when this cannot be determined; ApiError, CredentialError if it may not be read
 */
export async function consentPrecheck(
  directory: Directory,
  clientId: string,
  account: string,
): Promise<ConsentPrecheck> {
  const application = await findApplicationOf(directory.graph, clientId);
  if (application === undefined) throw cannotTell(`The application ${clientId} is not registered in this tenant.`);
  return await precheckOf(directory, application, await directory.principalOf(clientId), account);
}

/**
 * @param registration the declared permissions; before the application is created, those it will declare
 * @param client its service principal in this tenant
 */
export async function precheckOf(
  directory: Directory,
  registration: Pick<Application, "requiredResourceAccess">,
  client: ServicePrincipal | undefined,
  account: string,
): Promise<ConsentPrecheck> {
  const { graph } = directory;
  const accountId = await requireAccount(graph, account);
  const declared = await declaredIn(directory, registration);
  const isGranted = client === undefined ? () => false : await grantedTo(directory, client, accountId);
  const ungranted = declared.filter((one) => !isGranted(one));
  const delegated = declared.filter(({ type }) => type === "Scope");
  const missing = delegated.filter((one) => ungranted.includes(one));
  const asks = delegated.every((one) => one.resourceAppId !== firstPartyApps.partnerCenter || ungranted.includes(one));
  const refused =
    missing.length === 0 ? undefined : await refusalOf(graph, accountId, asks ? ungranted : declared, ungranted);
  const isOfOne = new Set(ungranted.map(({ resourceAppId }) => resourceAppId)).size === 1;
  const alone = isOfOne && missing.length === ungranted.length ? missing : undefined;
  return { missing: missing.map(nameOf), asks, refused, alone, administrators: administratorsOf(declared) };
}

const cannotTell = (what: string): Failure => new Failure("consent-outlook", what);

/** Whether a permission is granted to the client; a delegated permission counts for this account or everybody. */
async function grantedTo(directory: Directory, client: ServicePrincipal, accountId: string) {
  const [grants, roles] = await Promise.all([directory.grantsTo(client), directory.rolesOf(client)]);
  return ({ resourceId, type, id, value }: DeclaredPermission): boolean =>
    type === "Scope"
      ? resourceId !== undefined && scopesIn(grants, resourceId, accountId).includes(value)
      : roles.some((role) => role.appRoleId === id && role.resourceId === resourceId);
}

async function refusalOf(
  graph: AzureApi,
  accountId: string,
  asked: readonly DeclaredPermission[],
  ungranted: readonly DeclaredPermission[],
): Promise<Refusal | undefined> {
  const roles = await rolesOf(graph, accountId);
  const holds = (some: Readonly<Record<string, string>>) => roles.some((role) => role in some);
  if (holds(grantingAll)) return undefined;
  const isBeyond = holds(grantingMost) ? isBeyondMost : ({ byAdministrator }: DeclaredPermission) => byAdministrator;
  if (asked.some(isBeyond)) {
    // The page asks for granted permissions too, which may need an administrator; missing permissions are named.
    const beyond = ungranted.filter(isBeyond);
    return { beyond: (beyond.length > 0 ? beyond : ungranted).map(nameOf), byPolicy: false };
  }
  if (holds(grantingMost) || (await admitsAccounts(graph)) !== false) return undefined;
  return { beyond: ungranted.map(nameOf), byPolicy: true };
}

const authorizationPolicy = v.looseObject({
  defaultUserRolePermissions: v.looseObject({ permissionGrantPoliciesAssigned: v.array(v.string()) }),
});

/** Template ids of an account's directory roles. Asking for roles only would be an advanced query. */
async function rolesOf(graph: AzureApi, accountId: string): Promise<string[]> {
  const memberships = await graph.list(`/v1.0/users/${accountId}/transitiveMemberOf`, membership);
  const roles = memberships.filter((one) => one["@odata.type"] === "#microsoft.graph.directoryRole");
  return roles.map(({ roleTemplateId }) => {
    if (!roleTemplateId) throw cannotTell("Microsoft Graph shows this process no directory roles.");
    return roleTemplateId;
  });
}

const membership = v.looseObject({
  "@odata.type": optionalText,
  /** null without the right to read roles. */
  roleTemplateId: optionalText,
});

/** Microsoft's own policies that allow every delegated permission that needs no administrator. */
const admitting = ["microsoft-user-default-legacy", "microsoft-user-default-recommended"];

/** Whether accounts may consent for themselves; undefined if only the sign-in will show it. */
async function admitsAccounts(graph: AzureApi): Promise<boolean | undefined> {
  const asked = graph.get("/v1.0/policies/authorizationPolicy", authorizationPolicy);
  const policy = await asked.catch(onStatus(undefined, 403));
  if (policy === undefined) return undefined;
  const { permissionGrantPoliciesAssigned: assigned } = policy.defaultUserRolePermissions;
  const own = assigned.filter((name) => name.startsWith("ManagePermissionGrantsForSelf."));
  if (own.length === 0) return false;
  return admitting.some((name) => own.includes(`ManagePermissionGrantsForSelf.${name}`)) ? true : undefined;
}
