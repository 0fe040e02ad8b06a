/** Resources that an interrupted run created without recording them: each is looked up where the operation would have created it. */
import * as v from "valibot";
import {
  type Application,
  findApplication,
  findApplicationIdentifiedBy,
  findServicePrincipalOf,
  isMember,
} from "../../application/applications";
import type { AzureApi } from "../../azure/api";
import { diagnosticsOf, diagnosticsVersion } from "../../azure/diagnostics";
import { formerType, keyVaultVersion, unversioned } from "../../azure/key-vault";
import { findGroup, roleAssignmentVersion } from "../../azure/resource-manager";
import { type Deployment, kindIn, nameIn, type PendingOperation, type StateResource } from "./deployment";

/** The result of an unfinished operation. */
export interface Trace {
  operation: PendingOperation;
  /** In a phrase. */
  found: string;
  /**
   * import: it exists and belongs in the state. remove: it exists and is useless. foreign: it exists, and may belong to somebody else. none:
   * it does not exist, or is recorded.
   */
  fate: "import" | "remove" | "foreign" | "none";
  /** Its id for the provider, for the import. */
  id?: string;
  /** Of a client secret that will be removed. */
  credential?: { objectId: string; keyId: string };
}

export interface Places {
  graph: AzureApi;
  resourceManager: AzureApi;
  /** Subscriptions that a resource group may be in; more than one if none was given. */
  subscriptions: readonly string[];
}

type Fate = Omit<Trace, "operation">;
type Finder = (inputs: Readonly<Record<string, string>>, places: Places, deployment: Deployment) => Promise<Fate[]>;

/** A creation may have several results: each repeated `pulumi up` left another client secret. */
export async function tracesOf(operation: PendingOperation, places: Places, deployment: Deployment): Promise<Trace[]> {
  const { type, resource } = operation;
  if (type !== "creating" && !isIn(deployment, resource))
    return [{ operation, found: "it is recorded as before, and the next deployment does it again", fate: "none" }];
  const find = type === "creating" ? finders[unversioned(resource.type)] : undefined;
  if (find === undefined) return [{ operation, found: noted(type), fate: "none" }];
  const isRecorded = deployment.resources.some(({ urn, ...one }) => urn === resource.urn && !isLeaving(one));
  const fates = await find(textsOf(resource), places, deployment);
  const open = fates.filter(({ fate }) => fate === "remove" || !isRecorded);
  if (open.length > 0) return open.map((fate) => ({ operation, ...fate }));
  return [{ operation, found: isRecorded ? "it is in the state by now" : "it was not made", fate: "none" }];
}

/** For dynamic resources, updates and deletions, the next run finds the result by itself. */
const noted = (type: string): string =>
  type === "creating" ? "the next deployment goes on with it" : "a refresh finds out how it ended";

/** An update that gives a resource another type as well is recorded by the former one until it ends. */
export const isIn = ({ resources }: Deployment, { urn }: StateResource): boolean =>
  resources.some((one) => one.urn === urn);

/** Being removed from the state, to be replaced by the one that was being created. */
const isLeaving = (resource: object): boolean =>
  ("delete" in resource && resource.delete === true) ||
  ("pendingReplacement" in resource && resource.pendingReplacement === true);

function textsOf({ inputs = {} }: StateResource): Record<string, string> {
  const [identifierUri] = Array.isArray(inputs["identifierUris"]) ? (inputs["identifierUris"] as unknown[]) : [];
  const texts = Object.entries({ ...inputs, identifierUri });
  return Object.fromEntries(texts.flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])));
}

const there = (what: string, id: string): Fate => ({ fate: "import", found: `${what} is there (${id})`, id });

const finders: Record<string, Finder> = {
  "azuread:index/application:Application": async ({ identifierUri = "" }, { graph }) => {
    const application = await findApplicationIdentifiedBy(graph, identifierUri);
    return application === undefined ? [] : [there(identifierUri, `/applications/${application.id}`)];
  },
  "azuread:index/servicePrincipal:ServicePrincipal": async ({ clientId = "" }, { graph }) => {
    const principal = await findServicePrincipalOf(graph, clientId);
    return principal === undefined ? [] : [there(`that of ${clientId}`, `/servicePrincipals/${principal.id}`)];
  },
  "azuread:index/applicationPassword:ApplicationPassword": async (inputs, { graph }, deployment) => {
    const { applicationId = "", displayName = "" } = inputs;
    const application = await findApplication(graph, applicationId.split("/").at(-1) ?? "");
    return application === undefined ? [] : lostSecrets(application, displayName, deployment);
  },
  "azuread:index/groupMember:GroupMember": async ({ groupObjectId = "", memberObjectId = "" }, { graph }) => {
    if (!(await isMember(graph, groupObjectId, memberObjectId))) return [];
    return [there(`${memberObjectId} in ${groupObjectId}`, `${groupObjectId}/member/${memberObjectId}`)];
  },
  "azure-native:resources:ResourceGroup": async (
    { resourceGroupName = "" },
    { resourceManager, subscriptions },
    all,
  ) => {
    const fates = subscriptions.map(async (subscription): Promise<Fate[]> => {
      const id = groupIn(subscription, resourceGroupName);
      if ((await findGroup(resourceManager, id)) === undefined) return [];
      const others = await strangersIn(resourceManager, id, all);
      if (others.length === 0) return [there(resourceGroupName, decodeURIComponent(id))];
      const found = `${resourceGroupName} is there and holds ${others.join(", ")}, so it may be another's`;
      return [{ fate: "foreign", found }];
    });
    return (await Promise.all(fates)).flat();
  },
  [formerType("Vault")]: async ({ resourceGroupName = "", vaultName = "" }, places) =>
    await inGroup(
      places,
      resourceGroupName,
      `/providers/Microsoft.KeyVault/vaults/${segment(vaultName)}`,
      keyVaultVersion,
    ),
  "azure-native:authorization:RoleAssignment": async ({ scope = "", roleAssignmentName = "" }, { resourceManager }) => {
    const id = scope.split("/").map(segment).join("/");
    const path = `${id}/providers/Microsoft.Authorization/roleAssignments/${segment(roleAssignmentName)}`;
    return await at(resourceManager, path, roleAssignmentVersion);
  },
  "azure-native:monitor:DiagnosticSetting": async ({ resourceUri = "", name = "" }, { resourceManager }) => {
    const vaultId = resourceUri.split("/").map(segment).join("/");
    return await at(resourceManager, `${diagnosticsOf(vaultId)}/${segment(name)}`, diagnosticsVersion);
  },
};

/** Entra shows a client secret's value once: one that is in no state is useless. */
function lostSecrets(
  { id: objectId, passwordCredentials }: Application,
  label: string,
  deployment: Deployment,
): Fate[] {
  const recorded = deployment.resources.flatMap(({ id, type }) =>
    kindIn(type) === "ApplicationPassword" && id !== undefined ? [id.split("/").at(-1)] : [],
  );
  // An adopted application may have one of that name that is older than the stack and belongs to somebody else.
  const since = Math.min(
    ...deployment.resources.map(({ created = "" }) => Date.parse(created)).filter(Number.isFinite),
  );
  return passwordCredentials
    .filter(({ keyId, displayName, startDateTime }) => {
      const isOurs = displayName === label && Date.parse(startDateTime ?? "") > since - clockSkew;
      return isOurs && !recorded.includes(keyId);
    })
    .map(({ keyId, startDateTime }) => ({
      fate: "remove",
      found: `"${label}" of ${startDateTime ?? "an unknown time"} is there (key id ${keyId}), and its value is lost`,
      credential: { objectId, keyId },
    }));
}

/** The allowed difference between this machine's clock and Entra's, in milliseconds. */
const clockSkew = 300_000;

/** A name is from the state: as it is, it could name another resource. */
const segment = encodeURIComponent;

const groupIn = (subscription: string, name: string): string =>
  `/subscriptions/${subscription}/resourceGroups/${segment(name)}`;

async function inGroup(places: Places, group: string, path: string, version: string): Promise<Fate[]> {
  const ids = places.subscriptions.map((subscription) => `${groupIn(subscription, group)}${path}`);
  return (await Promise.all(ids.map((id) => at(places.resourceManager, id, version)))).flat();
}

async function at(api: AzureApi, path: string, version: string): Promise<Fate[]> {
  const found = await api.find(`${path}?api-version=${version}`, v.looseObject({ id: v.string() }));
  return found === undefined ? [] : [there(nameInPath(found.id), found.id)];
}

const nameInPath = (id: string): string => id.split("/").at(-1) ?? id;

/** Names of resources in a group that the stack did not create. */
async function strangersIn(api: AzureApi, group: string, { resources, pending }: Deployment): Promise<string[]> {
  const meant = [...resources, ...pending.map(({ resource }) => resource)].map(({ inputs }) => inputs?.["vaultName"]);
  const there = await api.list(`${group}/resources?api-version=2021-04-01`, v.looseObject({ name: v.string() }));
  return there.map(({ name }) => name).filter((name) => !meant.includes(name));
}

/** The operation in a few words: "creation of ServicePrincipal partner". */
export function operationName({ type, resource }: PendingOperation): string {
  const noun = { creating: "creation", updating: "update", deleting: "deletion" }[type] ?? type;
  return `${noun} of ${kindIn(resource.type)} ${nameIn(resource.urn)}`;
}
