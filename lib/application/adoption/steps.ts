/** The steps of an adoption in Microsoft Graph, and their reversal. */
import { type AzureApi, ApiError, unread } from "../../azure/api";
import { type Application, findServicePrincipalOf, isMember } from "../applications";
import { ifGone, makeServicePrincipal, noting, principalToAppear, replicated } from "../graph-changes";
import { holdsPermission, withPermissions } from "../permissions";
import { admitsOrganizations, wantedAudience } from "../sign-in-audience";
import {
  type Added,
  type Lists,
  listsOf,
  ownPrincipal,
  partOf,
  stillThere,
  unanswered,
  type Wanted,
  withoutAdded,
} from "./lists";

/** Appends what is missing to the application's lists, and removes what is no longer required. */
export async function addToApplication(
  graph: AzureApi,
  application: Application,
  wanted: Wanted,
  added: Added,
): Promise<void> {
  const before = listsOf(application);
  const [urls, permissions] = [Object.values(wanted.replyUrls), Object.values(wanted.permissions)];
  const kept = withoutAdded(before, {
    replyUrls: added.replyUrls.filter((url) => !urls.includes(url)),
    permissions: added.permissions.filter((one) => !holdsPermission(permissions, one)),
    resources: added.resources,
  });
  const missing = partOf(kept, wanted, "missing");
  const after = {
    redirectUris: [...kept.redirectUris, ...Object.values(missing.replyUrls)],
    requiredResourceAccess: withPermissions(kept.requiredResourceAccess, Object.values(missing.permissions)),
  };
  const admits = admitsOrganizations(application.signInAudience);
  const left = stillThere(added, kept);
  const known = before.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId);
  const resources = after.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId);
  const noted: Partial<Added> = {
    replyUrls: [...left.replyUrls, ...Object.values(missing.replyUrls)],
    permissions: [...left.permissions, ...Object.values(missing.permissions)],
    resources: resources.filter((id) => left.resources.includes(id) || !known.includes(id)),
    ...(admits ? {} : { formerSignInAudience: application.signInAudience }),
  };
  await noting(added, bothOf(added, noted), () =>
    patch(graph, application, after, admits ? application.signInAudience : wantedAudience),
  );
  Object.assign(added, noted);
}

/** Until a response comes, either the former or the requested value may be in force. */
function bothOf(before: Added, now: Partial<Added>): Partial<Added> {
  const { replyUrls = [], permissions = [], resources = [] } = now;
  return {
    ...now,
    replyUrls: [...new Set([...before.replyUrls, ...replyUrls])],
    permissions: [...before.permissions.filter((one) => !holdsPermission(permissions, one)), ...permissions],
    resources: [...new Set([...before.resources, ...resources])],
  };
}

/** Removes what was added to the application, as far as it is still there. */
export async function takeFromApplication(graph: AzureApi, application: Application, added: Added): Promise<void> {
  const isOurs = added.formerSignInAudience !== "" && application.signInAudience === wantedAudience;
  const audience = isOurs ? added.formerSignInAudience : application.signInAudience;
  await patch(graph, application, withoutAdded(listsOf(application), added), audience);
}

/** Sends one request for all changes, and none if nothing changes. */
async function patch(graph: AzureApi, application: Application, after: Lists, signInAudience: string): Promise<void> {
  const before = listsOf(application);
  const differs = (name: keyof Lists) => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  const change = {
    ...(differs("redirectUris") && { web: { redirectUris: after.redirectUris } }),
    ...(differs("requiredResourceAccess") && { requiredResourceAccess: after.requiredResourceAccess }),
    ...(signInAudience !== application.signInAudience && { signInAudience }),
  };
  if (Object.keys(change).length > 0) await graph.patch(`/v1.0/applications/${application.id}`, change);
}

/** @returns the object id of the application's service principal, which is created if there is none */
export async function findOrMakeServicePrincipal(graph: AzureApi, clientId: string, added: Added): Promise<string> {
  const principal = await findServicePrincipalOf(graph, clientId);
  if (principal !== undefined) {
    added.servicePrincipal = ownPrincipal(principal.id, added);
    return principal.id;
  }
  const change = { servicePrincipal: unanswered, groups: [] };
  const id = await noting(added, change, () => makeServicePrincipal(graph, clientId));
  added.servicePrincipal = id;
  return id;
}

/** Deletes the service principal that this program created, if it created one. */
export async function takeBackServicePrincipal(graph: AzureApi, clientId: string, added: Added): Promise<void> {
  const { servicePrincipal } = added;
  const id = servicePrincipal === unanswered ? (await findServicePrincipalOf(graph, clientId))?.id : servicePrincipal;
  if (id) await graph.delete(`/v1.0/servicePrincipals/${encodeURIComponent(id)}`).catch(ifGone);
}

/** Joins these groups and leaves others that it joined, but none that it was a member of before. */
export async function joinGroups(
  graph: AzureApi,
  groups: readonly string[],
  objectId: string,
  added: Added,
): Promise<void> {
  for (const group of added.groups.filter((one) => !groups.includes(one))) await leaveGroup(graph, group, objectId);
  added.groups = added.groups.filter((one) => groups.includes(one));
  for (const group of groups) {
    if (await isMember(graph, group, objectId)) continue;
    const isUnknown = (error: unknown) => error instanceof ApiError && error.status === 404;
    await noting(added, { groups: [...new Set([...added.groups, group])] }, () =>
      replicated(principalToAppear, isUnknown, () => joinGroup(graph, group, objectId)),
    );
  }
}

/** A principal that just became a member was added by our request, whose response was lost. */
async function joinGroup(graph: AzureApi, group: string, objectId: string): Promise<void> {
  const member = { "@odata.id": `${graph.origin}/v1.0/directoryObjects/${objectId}` };
  try {
    await graph.post(`/v1.0/groups/${group}/members/$ref`, member, unread);
  } catch (error) {
    // Graph has no error code of its own for it.
    if (!(error instanceof ApiError && error.status === 400 && error.message.includes("references already exist")))
      throw error;
  }
}

export async function leaveGroup(graph: AzureApi, group: string, objectId: string): Promise<void> {
  // Without `/$ref` the path would name the group itself.
  const [from, member] = [group, objectId].map(encodeURIComponent);
  await graph.delete(`/v1.0/groups/${from}/members/${member}/$ref`).catch(ifGone);
}
