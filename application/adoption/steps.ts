/** The steps of an adoption in Microsoft Graph, and back. Each notes in `added` what it put there as soon as it is there. */
import { type AzureApi, ApiError } from "../../azure/api";
import { type Application, findServicePrincipalOf, isMember } from "../applications";
import { retry } from "../../azure/retry";
import { now } from "../../startup/clock";
import { holdsPermission } from "../permissions";
import { admitsOrganizations, wantedAudience } from "../sign-in-audience";
import { type Added, type Lists, listsOf, partOf, stillThere, type Wanted, withAdded, withoutAdded } from "./lists";

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
  await patch(graph, application, after, admits ? application.signInAudience : wantedAudience);
  const left = stillThere(added, kept);
  const known = before.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId);
  const resources = after.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId);
  added.replyUrls = [...left.replyUrls, ...Object.values(missing.replyUrls)];
  added.permissions = [...left.permissions, ...Object.values(missing.permissions)];
  added.resources = resources.filter((id) => left.resources.includes(id) || !known.includes(id));
  if (!admits) added.formerSignInAudience = application.signInAudience;
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
    // One that somebody made anew after ours was deleted is theirs.
    if (found.id !== added.servicePrincipal) added.servicePrincipal = "";
    return found.id;
  }
  const id = await makeServicePrincipal(graph, clientId);
  added.servicePrincipal = id;
  added.groups = [];
  return id;
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
    const waitsFor = "Microsoft Graph to know the service principal";
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
    const waitsFor = "the group to know the service principal";
    await retry({ waitsFor, deadline: now() + replicationMilliseconds, isRetryable }, () =>
      joinGroup(graph, group, objectId),
    );
    if (!added.groups.includes(group)) added.groups.push(group);
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

export async function deleteServicePrincipal(graph: AzureApi, objectId: string): Promise<void> {
  await gone(graph.delete(`/v1.0/servicePrincipals/${objectId}`));
}

async function gone(deletion: Promise<void>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}
