/** Delegated grants: Graph has one for each client, resource and principal. Only added scopes are removed. */
import { type AzureApi, ApiError, unread } from "../azure/api";
import { firstPartyApps } from "../config/clouds";
import { findServicePrincipalOf } from "./applications";
import { type Directory, findAccount, type Grant, grantsTo, requireAccount, scopesOf } from "./directory";
import { ifGone, noting, replicated } from "./graph-changes";
import { scopesIn } from "./grants";
import { type DeclaredResource, resourceNameOf } from "./permissions";
import { requireResource } from "./resource-principals";

/** The value of `grantedTo` for the whole tenant; every other value is an account's user principal name. */
export const everybody = "everybody";

export interface WantedGrant {
  resourceAppId: string;
  scope: string;
}

/** One permission that this program granted and may revoke. */
export interface AddedGrant {
  /** Object id of the resource's service principal. */
  resourceId: string;
  /** Object id of the account; "" for everybody. */
  principalId: string;
  scope: string;
}

/** Object ids of the application's service principal and of the account; "" for everybody. */
export interface Parties {
  clientId: string;
  principalId: string;
}

/** Scopes that every sign-in requests as well: without them Entra issues no refresh token. */
const signInScopes: DeclaredResource = {
  resource: "Microsoft Graph",
  resourceAppId: firstPartyApps.microsoftGraph,
  scopes: ["openid", "profile", "offline_access"],
};

/** The grants by the names that previews and `drift` show: "Partner Center user_impersonation". */
export function wantedGrants(declared: readonly DeclaredResource[]): Record<string, WantedGrant> {
  const all = [...declared, signInScopes].flatMap(({ resource, resourceAppId, scopes }) =>
    scopes.map((scope) => [`${resource} ${scope}`, { resourceAppId, scope }] as const),
  );
  return Object.fromEntries(all);
}

/** @returns the account's object id; "" for everybody @throws Failure when this tenant has no such account */
export async function principalOf(graph: AzureApi, grantedTo: string): Promise<string> {
  if (grantedTo === everybody) return "";
  return await requireAccount(graph, grantedTo);
}

/** @param resources object ids of their service principals in this tenant, by client id */
export function grantedOf<T extends WantedGrant>(
  wanted: Readonly<Record<string, T>>,
  grants: readonly Grant[],
  resources: ReadonlyMap<string, string>,
  principalId: string,
): Record<string, T> {
  const holds = ({ resourceAppId, scope }: T) => {
    const resourceId = resources.get(resourceAppId);
    return resourceId !== undefined && scopesIn(grants, resourceId, principalId).includes(scope);
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, one]) => holds(one)));
}

/** Our grants that are still there: a grant that somebody removed and added again is no longer ours. */
export function stillGranted(added: readonly AddedGrant[], grants: readonly Grant[]): AddedGrant[] {
  return added.filter((one) => grants.some((grant) => isOf(grant, one) && scopesOf(grant).includes(one.scope)));
}

/** @param leaving grants that are taken back afterwards @throws Failure if a resource has no service principal */
export async function addGrants(
  directory: Directory,
  parties: Parties,
  wanted: readonly WantedGrant[],
  granted: { added: AddedGrant[] },
  leaving: readonly AddedGrant[] = [],
): Promise<void> {
  for (const resourceAppId of new Set(wanted.map((one) => one.resourceAppId))) {
    const name = resourceNameOf(resourceAppId) ?? "the resource";
    const { id: resourceId } = await requireResource(directory, name, resourceAppId);
    const scopes = wanted.filter((one) => one.resourceAppId === resourceAppId).map(({ scope }) => scope);
    await addTo(directory.graph, { ...parties, resourceId, scopes, leaving }, granted);
  }
}

/** Revokes the grants that were added and are still there. A grant with no scope left is deleted. */
export async function takeBackGrants(graph: AzureApi, clientId: string, added: readonly AddedGrant[]): Promise<void> {
  if (added.length === 0) return;
  const grants = await grantsTo(graph, clientId);
  for (const grant of grants) {
    const left = without(added, grant);
    if (left.length === scopesOf(grant).length) continue;
    const path = `/v1.0/oauth2PermissionGrants/${grant.id}`;
    const change = left.length === 0 ? graph.delete(path) : graph.patch(path, { scope: left.join(" ") });
    await change.catch(ifGone);
  }
}

/**
 * Takes the application's grants from an account that is no longer its service account, whoever gave them.
 * @param present the service account's object id: a different spelling of its name is the same account
 */
export async function takeBackFrom(
  directory: Directory,
  appId: string,
  account: string,
  present: string,
  wanted: Readonly<Record<string, WantedGrant>>,
): Promise<void> {
  const { graph } = directory;
  const client = await findServicePrincipalOf(graph, appId);
  const principalId = await findAccount(graph, account);
  // The grants of a deleted account are gone with it.
  if (client === undefined || principalId === undefined || principalId === present) return;
  const resources = await resourcesOf(directory, wanted);
  const all = Object.values(wanted).flatMap(({ resourceAppId, scope }): AddedGrant[] => {
    const resourceId = resources.get(resourceAppId);
    return resourceId === undefined ? [] : [{ resourceId, principalId, scope }];
  });
  await takeBackGrants(graph, client.id, all);
}

/** @returns object ids of the resources' service principals in this tenant, by client id */
export async function resourcesOf(
  directory: Directory,
  grants: Readonly<Record<string, WantedGrant>>,
): Promise<Map<string, string>> {
  const ids = [...new Set(Object.values(grants).map(({ resourceAppId }) => resourceAppId))];
  const principals = await Promise.all(ids.map((id) => directory.principalOf(id)));
  return new Map(principals.flatMap((principal) => (principal === undefined ? [] : [[principal.appId, principal.id]])));
}

interface Addition extends Parties {
  resourceId: string;
  scopes: readonly string[];
  leaving: readonly AddedGrant[];
}

async function addTo(graph: AzureApi, addition: Addition, granted: { added: AddedGrant[] }): Promise<void> {
  const { clientId, principalId, resourceId, scopes, leaving } = addition;
  const withOurs = (ours: readonly string[]): AddedGrant[] => {
    const known = new Set(granted.added.filter((one) => isOf(addition, one)).map(({ scope }) => scope));
    const more = ours.filter((scope) => !known.has(scope));
    return [...granted.added, ...more.map((scope) => ({ resourceId, principalId, scope }))];
  };
  let sent: readonly string[] | undefined;
  const isRetryable = (error: unknown) => error instanceof ApiError && [404, 409].includes(error.status);
  await replicated("Microsoft Graph to take the grant", isRetryable, async () => {
    const grants = await grantsTo(graph, clientId);
    const own = grants.find((grant) => isOf(grant, addition));
    // If the response is lost, the repeated request is refused because the grant exists: it is then ours.
    if (own !== undefined && sent !== undefined && isSame(scopesOf(own), sent)) {
      granted.added = withOurs(sent);
      return;
    }
    const staying = grants.map((grant) => ({ ...grant, scope: without(leaving, grant).join(" ") }));
    const there = scopesIn(staying, resourceId, principalId);
    const missing = scopes.filter((scope) => !there.includes(scope));
    if (missing.length === 0) return;
    if (own === undefined) sent = missing;
    await noting(granted, { added: withOurs(missing) }, () =>
      own === undefined ? makeGrant(graph, { ...addition, scopes: missing }) : extendGrant(graph, own, missing),
    );
  });
}

async function makeGrant(graph: AzureApi, { clientId, principalId, resourceId, scopes }: Addition): Promise<void> {
  const principal = principalId === "" ? { consentType: "AllPrincipals" } : { consentType: "Principal", principalId };
  const body = { clientId, ...principal, resourceId, scope: scopes.join(" ") };
  await graph.post("/v1.0/oauth2PermissionGrants", body, unread);
}

const extendGrant = (graph: AzureApi, grant: Grant, more: readonly string[]): Promise<void> =>
  graph.patch(`/v1.0/oauth2PermissionGrants/${grant.id}`, { scope: [...scopesOf(grant), ...more].join(" ") });

const isOf = (grant: Pick<Grant, "resourceId" | "principalId">, one: Omit<AddedGrant, "scope">): boolean =>
  grant.resourceId === one.resourceId && (grant.principalId ?? "") === one.principalId;

/** A grant's scopes, without those that this program added. */
const without = (added: readonly AddedGrant[], grant: Grant): string[] =>
  scopesOf(grant).filter((scope) => !added.some((one) => isOf(grant, one) && one.scope === scope));

const isSame = (scopes: readonly string[], others: readonly string[]): boolean =>
  scopes.length === others.length && scopes.every((scope) => others.includes(scope));
