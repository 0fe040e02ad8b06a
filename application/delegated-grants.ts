/**
 * The delegated permissions that the application is granted in its tenant. Microsoft Graph keeps one grant for each client, resource and
 * principal: what is missing is added to the one that is there, and of it only what was added is taken back.
 */
import { type AzureApi, ApiError, isRefused } from "../azure/api";
import { retry } from "../azure/retry";
import { firstPartyApps } from "../config/clouds";
import { az, byPerson, Failure, run, setSetting } from "../errors/failure";
import { now } from "../startup/clock";
import { type Directory, findAccount, type Grant, grantsTo, scopesOf } from "./directory";
import { scopesIn } from "./grants";
import { type DeclaredResource, resourceNameOf } from "./permissions";
import { requireResource } from "./resource-principals";

/** Whom it is granted to: an account's user principal name, or this word. */
export const everybody = "everybody";

/** One permission that is wanted. */
export interface WantedGrant {
  /** Client id of the resource. */
  resourceAppId: string;
  /** Name of the permission. */
  scope: string;
}

/** One permission that this program granted, and may take back. */
export interface AddedGrant {
  /** Object id of the resource's service principal. */
  resourceId: string;
  /** Object id of the account; "" for everybody. */
  principalId: string;
  scope: string;
}

/** Whom to grant to what: object ids of the application's service principal and of the account, "" for everybody. */
export interface Parties {
  clientId: string;
  principalId: string;
}

/** What every sign-in asks for besides, of Microsoft Graph: without them nobody gets a refresh token. */
const signInScopes: DeclaredResource = {
  resource: "Microsoft Graph",
  resourceAppId: firstPartyApps.microsoftGraph,
  scopes: ["openid", "profile", "offline_access"],
};

/** By name, as previews and `drift` show them: Partner Center user_impersonation. */
export function wantedGrants(declared: readonly DeclaredResource[]): Record<string, WantedGrant> {
  const all = [...declared, signInScopes].flatMap(({ resource, resourceAppId, scopes }) =>
    scopes.map((scope) => [`${resource} ${scope}`, { resourceAppId, scope }] as const),
  );
  return Object.fromEntries(all);
}

/** @returns the account's object id; "" for everybody @throws Failure when this tenant has no such account */
export async function principalOf(graph: AzureApi, grantedTo: string): Promise<string> {
  if (grantedTo === everybody) return "";
  const found = await findAccount(graph, grantedTo);
  if (found !== undefined) return found;
  throw new Failure(
    "account-missing",
    `This tenant has no account ${grantedTo} to grant the delegated permissions to.`,
    run("Name the service account", setSetting("consent.account", "<user principal name>")),
    byPerson(
      "See those that there are",
      az("ad", "user", "list", "--query", "[].userPrincipalName", "--output", "tsv"),
    ),
  );
}

/** Object ids of the resources' service principals, by their client ids; without those that the tenant has none of. */
export type Resources = ReadonlyMap<string, string>;

/** What of it is granted: to an account by a grant of its own, or by one to everybody. */
export function grantedOf<T extends WantedGrant>(
  wanted: Readonly<Record<string, T>>,
  grants: readonly Grant[],
  resources: Resources,
  principalId: string,
): Record<string, T> {
  const holds = ({ resourceAppId, scope }: T) => {
    const resourceId = resources.get(resourceAppId);
    return resourceId !== undefined && scopesIn(grants, resourceId, principalId).includes(scope);
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, one]) => holds(one)));
}

/** What of the additions is still there: what somebody took out, and another puts back, is theirs. */
export function stillGranted(added: readonly AddedGrant[], grants: readonly Grant[]): AddedGrant[] {
  return added.filter((one) => grants.some((grant) => isOf(grant, one) && scopesOf(grant).includes(one.scope)));
}

/** Grants what is missing; each part is noted in `added` before it is asked for, and no more where that was refused. @throws Failure where a resource has no service principal here */
export async function addGrants(
  directory: Directory,
  parties: Parties,
  wanted: readonly WantedGrant[],
  added: AddedGrant[],
): Promise<void> {
  for (const resourceAppId of new Set(wanted.map((one) => one.resourceAppId))) {
    const name = resourceNameOf(resourceAppId) ?? "the resource";
    const { id: resourceId } = await requireResource(directory, name, resourceAppId);
    const ofResource = wanted.filter((one) => one.resourceAppId === resourceAppId).map(({ scope }) => scope);
    await addTo(directory.graph, parties, resourceId, ofResource, added);
  }
}

/** Takes back what was added, where it still is. A grant that nothing is left of is deleted. */
export async function takeBackGrants(graph: AzureApi, clientId: string, added: readonly AddedGrant[]): Promise<void> {
  if (added.length === 0) return;
  const grants = await grantsTo(graph, clientId);
  for (const grant of grants) {
    const ours = added.filter((one) => isOf(grant, one)).map(({ scope }) => scope);
    const before = scopesOf(grant);
    const left = before.filter((scope) => !ours.includes(scope));
    if (left.length === before.length) continue;
    const path = `/v1.0/oauth2PermissionGrants/${grant.id}`;
    await gone(left.length === 0 ? graph.delete(path) : graph.patch(path, { scope: left.join(" ") }));
  }
}

/** How long a service principal that was made a moment ago may be unknown to other servers of Graph. */
const replicationMilliseconds = 60_000;

async function addTo(
  graph: AzureApi,
  parties: Parties,
  resourceId: string,
  wanted: readonly string[],
  added: AddedGrant[],
): Promise<void> {
  const { clientId, principalId } = parties;
  /** Also what no answer comes to is on record; what was refused is not. */
  const noting = async (scopes: readonly string[], ask: () => Promise<unknown>): Promise<void> => {
    const before = [...added];
    const isNoted = (scope: string) => added.some((one) => isSameGrant(one, { resourceId, principalId, scope }));
    added.push(...scopes.filter((scope) => !isNoted(scope)).map((scope) => ({ resourceId, principalId, scope })));
    await ask().catch((error: unknown) => {
      if (isRefused(error)) added.splice(0, added.length, ...before);
      throw error;
    });
  };
  let sent: readonly string[] | undefined;
  const isRetryable = (error: unknown) => error instanceof ApiError && [404, 409].includes(error.status);
  const waitsFor = "Microsoft Graph to take the grant";
  await retry({ waitsFor, deadline: now() + replicationMilliseconds, isRetryable }, async () => {
    const grants = await grantsTo(graph, clientId);
    const own = grants.find((grant) => isOf(grant, { resourceId, principalId }));
    // A request whose answer was lost is sent again, and refused because the grant is there: so it is ours.
    if (own !== undefined && sent !== undefined && isSame(scopesOf(own), sent)) {
      await noting(sent, () => Promise.resolve());
      return;
    }
    const there = scopesIn(grants, resourceId, principalId);
    const missing = wanted.filter((scope) => !there.includes(scope));
    if (missing.length === 0) return;
    if (own !== undefined) {
      const scope = [...scopesOf(own), ...missing].join(" ");
      await noting(missing, () => graph.patch(`/v1.0/oauth2PermissionGrants/${own.id}`, { scope }));
      return;
    }
    sent = missing;
    const principal = principalId === "" ? { consentType: "AllPrincipals" } : { consentType: "Principal", principalId };
    const body = { clientId, ...principal, resourceId, scope: missing.join(" ") };
    await noting(missing, () => graph.post("/v1.0/oauth2PermissionGrants", body));
  });
}

const isOf = (grant: Grant, one: Pick<AddedGrant, "resourceId" | "principalId">): boolean =>
  grant.resourceId === one.resourceId && (grant.principalId ?? "") === one.principalId;

const isSameGrant = (one: AddedGrant, other: AddedGrant): boolean =>
  one.resourceId === other.resourceId && one.principalId === other.principalId && one.scope === other.scope;

const isSame = (scopes: readonly string[], others: readonly string[]): boolean =>
  scopes.length === others.length && scopes.every((scope) => others.includes(scope));

async function gone(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}
