/**
 * The steps of an adoption in Microsoft Graph, and back. Each notes in `added` what it puts there before it asks for it, and takes the note
 * back where that was refused: a change that no answer came to is ours, too.
 */
import { type AzureApi, ApiError, isRefused } from "../../azure/api";
import { type Application, findServicePrincipalOf, isMember } from "../applications";
import { retry } from "../../azure/retry";
import { now } from "../../startup/clock";
import { holdsPermission } from "../permissions";
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
  withAdded,
  withoutAdded,
} from "./lists";

/** Adds what is missing at the ends of the application's lists, and takes back what is wanted no more. */
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
  const after = withAdded(kept, missing);
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

/** While no answer has come it may be as before or as asked for. */
function bothOf(before: Added, now: Partial<Added>): Partial<Added> {
  const { replyUrls = [], permissions = [], resources = [] } = now;
  return {
    ...now,
    replyUrls: [...new Set([...before.replyUrls, ...replyUrls])],
    permissions: [...before.permissions.filter((one) => !holdsPermission(permissions, one)), ...permissions],
    resources: [...new Set([...before.resources, ...resources])],
  };
}

/** Has a change on record before it is asked for. */
async function noting<T>(added: Added, change: Partial<Added>, ask: () => Promise<T>): Promise<T> {
  const before = structuredClone(added);
  Object.assign(added, change);
  try {
    return await ask();
  } catch (error) {
    if (isRefused(error)) Object.assign(added, before);
    throw error;
  }
}

/** Takes back what was added to the application, where it still is. */
export async function takeFromApplication(graph: AzureApi, application: Application, added: Added): Promise<void> {
  const isOurs = added.formerSignInAudience !== "" && application.signInAudience === wantedAudience;
  const audience = isOurs ? added.formerSignInAudience : application.signInAudience;
  await patch(graph, application, withoutAdded(listsOf(application), added), audience);
}

/** One request for everything, and none where nothing changes. */
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

/** @returns the object id of the application's service principal, which is made where there is none */
export async function findOrMakeServicePrincipal(graph: AzureApi, clientId: string, added: Added): Promise<string> {
  const found = await findServicePrincipalOf(graph, clientId);
  if (found !== undefined) {
    added.servicePrincipal = ownPrincipal(found.id, added);
    return found.id;
  }
  const change = { servicePrincipal: unanswered, groups: [] };
  const id = await noting(added, change, () => makeServicePrincipal(graph, clientId));
  added.servicePrincipal = id;
  return id;
}

/** Deletes the service principal that was made, if there was one. */
export async function takeBackServicePrincipal(graph: AzureApi, clientId: string, added: Added): Promise<void> {
  const { servicePrincipal } = added;
  const id = servicePrincipal === unanswered ? (await findServicePrincipalOf(graph, clientId))?.id : servicePrincipal;
  if (id) await gone(graph.delete(`/v1.0/servicePrincipals/${id}`));
}

/** How long a service principal that was made a moment ago may be unknown to other servers of Graph. */
const replicationMilliseconds = 60_000;

/** A request whose answer was lost is sent again, and refused because the service principal is there: so it is ours. */
async function makeServicePrincipal(graph: AzureApi, clientId: string): Promise<string> {
  try {
    return (await graph.post<{ id: string }>("/v1.0/servicePrincipals", { appId: clientId })).id;
  } catch (refusal) {
    if (!(refusal instanceof ApiError && refusal.status === 409)) throw refusal;
    const isRetryable = (error: unknown) => error === refusal;
    const waitsFor = "the service principal to appear in Microsoft Graph";
    return await retry({ waitsFor, deadline: now() + replicationMilliseconds, isRetryable }, async () => {
      const made = await findServicePrincipalOf(graph, clientId);
      if (made === undefined) throw refusal;
      return made.id;
    });
  }
}

/** Makes the service principal a member of exactly these groups, of those that it was not in by itself. */
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
    const isRetryable = (error: unknown) => error instanceof ApiError && error.status === 404;
    const waitsFor = "the service principal to appear in Microsoft Graph";
    await noting(added, { groups: [...new Set([...added.groups, group])] }, () =>
      retry({ waitsFor, deadline: now() + replicationMilliseconds, isRetryable }, () =>
        joinGroup(graph, group, objectId),
      ),
    );
  }
}

/** A member that was none a moment ago is one by a request of ours whose answer was lost. */
async function joinGroup(graph: AzureApi, group: string, objectId: string): Promise<void> {
  const member = { "@odata.id": `${graph.origin}/v1.0/directoryObjects/${objectId}` };
  try {
    await graph.post(`/v1.0/groups/${group}/members/$ref`, member);
  } catch (error) {
    // Graph has no code of its own for it.
    if (!(error instanceof ApiError && error.status === 400 && error.message.includes("references already exist")))
      throw error;
  }
}

/** A membership, or a whole service principal, that is gone already counts as left. */
export async function leaveGroup(graph: AzureApi, group: string, objectId: string): Promise<void> {
  await gone(graph.delete(`/v1.0/groups/${group}/members/${objectId}/$ref`));
}

async function gone(deletion: Promise<void>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}
