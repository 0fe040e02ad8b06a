/** Finds resources that an interrupted run created without recording them. */
import * as v from "valibot";
import {
  findApplicationIdentifiedBy,
  findApplicationsCalled,
  findServicePrincipalOf,
  isMember,
} from "../../lib/application/applications";
import { identified } from "../../lib/application/directory";
import { applicationType } from "../../lib/application/recorded";
import { anything, type AzureApi, onStatus } from "../../lib/azure/api";
import { diagnosticsOf, diagnosticsVersion } from "../../lib/azure/diagnostics";
import { keyVaultVersion, vaultType } from "../../lib/azure/key-vault";
import { findGroup, roleAssignmentVersion } from "../../lib/azure/resource-manager";
import { storageVersion } from "../../lib/ci-identities/look-state";
import { az, byPerson, restoreBackup, sentence } from "../../lib/errors/failure";
import {
  ageOf,
  type Deployment,
  kindIn,
  lastOf,
  nameIn,
  type PendingOperation,
  type StateResource,
  textsOf,
} from "../engine/deployment";
import { secretsLost } from "./stray-credentials";
import type { Fate, Places, Trace } from "./trace";

const segment = encodeURIComponent;
const inGroup = "/resourceGroups/{resourceGroupName}";
const account = `${inGroup}/providers/Microsoft.Storage/storageAccounts/{accountName}`;
const federatedOf = (objectId: string): string =>
  `/v1.0/applications/${segment(objectId)}/federatedIdentityCredentials`;

type Finder = (inputs: Readonly<Record<string, string>>, places: Places, deployment: Deployment) => Promise<Fate[]>;

/** A creation may have several results: each repeated `pulumi up` left another client secret. */
export async function tracesOf(operation: PendingOperation, places: Places, deployment: Deployment): Promise<Trace[]> {
  const { type, resource } = operation;
  const only = (found: string): Trace[] => [{ operation, found }];
  if (type !== "creating") {
    const again = "it is recorded as before, and the next deployment does it again";
    return only(isIn(deployment, resource) ? "a refresh finds out how it ended" : again);
  }
  const find = Object.hasOwn(finders, resource.type) ? finders[resource.type] : undefined;
  if (find === undefined) return only("the next deployment continues it");
  const isRecorded = deployment.resources.some(({ urn, ...one }) => urn === resource.urn && !isLeaving(one));
  const fates = await find(textsOf(resource), places, deployment);
  const open = fates.filter(({ credential }) => credential !== undefined || !isRecorded);
  if (open.length > 0) return open.map((fate) => ({ operation, ...fate }));
  return isRecorded ? only("it is in the state now") : [{ operation, found: "it was not made", isMissing: true }];
}

/** An update that gives a resource another type as well is recorded by the former one until it ends. */
export const isIn = ({ resources }: Deployment, { urn }: StateResource): boolean =>
  resources.some((one) => one.urn === urn);

/** Being removed from the state, to be replaced by the one that was being created. */
const isLeaving = (resource: object): boolean =>
  Object.entries(resource).some(([key, value]) => value === true && /^(?:delete|pendingReplacement)$/u.test(key));

const there = (what: string, id: string): Fate => ({ found: `${what} is there (${id})`, id });

const isThere = (what: string, id: string | undefined): Fate[] => (id === undefined ? [] : [there(what, id)]);

/**
 * Paths in Resource Manager, and their API versions: {a} is an input's name, {+a} an input that is a path.
 * A path that begins with a group is tried in each subscription.
 */
const paths: Readonly<Record<string, readonly [path: string, version: string]>> = {
  [vaultType]: [`${inGroup}/providers/Microsoft.KeyVault/vaults/{vaultName}`, keyVaultVersion],
  "azure-native:storage:StorageAccount": [account, storageVersion],
  "azure-native:storage:BlobContainer": [`${account}/blobServices/default/containers/{containerName}`, storageVersion],
  "azure-native:authorization:RoleAssignment": [
    "{+scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    roleAssignmentVersion,
  ],
  "azure-native:monitor:DiagnosticSetting": [`${diagnosticsOf("{+resourceUri}")}/{name}`, diagnosticsVersion],
};

/** A test holds that each type which a program declares is here, among the paths, or `repeatable`. */
const finders: Readonly<Record<string, Finder>> = {
  ...Object.fromEntries(Object.entries(paths).map(([type, [path, version]]) => [type, byPath(path, version)])),
  [applicationType]: async (inputs, { graph }, deployment) => {
    const { identifierUri } = inputs;
    if (identifierUri === undefined) return await applicationsCalled(graph, inputs, deployment);
    const application = await findApplicationIdentifiedBy(graph, identifierUri);
    return isThere(identifierUri, application && `/applications/${application.id}`);
  },
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": async (
    { applicationId = "", displayName = "" },
    { graph },
  ) => {
    const objectId = lastOf(applicationId);
    const all = await graph.list(federatedOf(objectId), federated).catch(ifGone);
    // Its name is unique in the application.
    const own = all.find(({ name }) => name === displayName);
    return isThere(displayName, own && `${objectId}/federatedIdentityCredential/${own.id}`);
  },
  "azuread:index/appRoleAssignment:AppRoleAssignment": async (inputs, { graph }) => {
    const { appRoleId = "", principalObjectId = "", resourceObjectId = "" } = inputs;
    const path = `/v1.0/servicePrincipals/${segment(principalObjectId)}/appRoleAssignments`;
    const held = await graph.list(path, assigned).catch(ifGone);
    const own = held.find((one) => one.appRoleId === appRoleId && one.resourceId === resourceObjectId);
    const id = own && `/servicePrincipals/${resourceObjectId}/appRoleAssignedTo/${own.id}`;
    return isThere(`that of ${principalObjectId}`, id);
  },
  "azuread:index/servicePrincipal:ServicePrincipal": async ({ clientId = "" }, { graph }) => {
    const principal = await findServicePrincipalOf(graph, clientId);
    return isThere(`that of ${clientId}`, principal && `/servicePrincipals/${principal.id}`);
  },
  "azuread:index/applicationPassword:ApplicationPassword": secretsLost,
  "azuread:index/groupMember:GroupMember": async ({ groupObjectId = "", memberObjectId = "" }, { graph }) => {
    const isJoined = await isMember(graph, groupObjectId, memberObjectId);
    const id = isJoined ? `${groupObjectId}/member/${memberObjectId}` : undefined;
    return isThere(`${memberObjectId} in ${groupObjectId}`, id);
  },
  "azure-native:resources:ResourceGroup": async (inputs, { resourceManager, subscriptions, group }, deployment) => {
    const { resourceGroupName = "" } = inputs;
    const isNamed = resourceGroupName.toLowerCase() === group?.toLowerCase();
    const fates = subscriptions.map(async (subscription): Promise<Fate[]> => {
      const id = `/subscriptions/${subscription}${filled(inGroup, inputs)}`;
      if ((await findGroup(resourceManager, id)) === undefined) return [];
      if (!isNamed)
        return [{ found: `${resourceGroupName} exists, and no setting of this stack names it`, own: written }];
      const others = await strangersIn(resourceManager, id, deployment);
      if (others.length === 0) return [there(resourceGroupName, decodeURIComponent(id))];
      const found = `${resourceGroupName} exists and holds ${others.join(", ")}, so it may not be this stack's`;
      const own = sentence(
        "If it is this stack's, empty it and check again; if not, use it: vault.createResourceGroup false.",
      );
      return [{ found, own }];
    });
    return (await Promise.all(fates)).flat();
  },
};

const written = byPerson("Find out who wrote that, and restore the previous state", restoreBackup);

/** Creations that find, or write over, what an earlier one made. */
const repeatable =
  /^pulumi-nodejs:dynamic\/partner:(?:Adoption|(?:Application|Client)Certificate|Consent|CredentialRecord|DestroyProtection|Grants|Vault(?:CreateMode|Key|Rules))$/u;

/** Whether what a killed creation left is found, or need not be: an account has its blob services. */
export const isAnswered = (type: string): boolean =>
  Object.hasOwn(finders, type) || repeatable.test(type) || type === "azure-native:storage:BlobServiceProperties";

function byPath(path: string, version: string): Finder {
  return async (inputs, { resourceManager, subscriptions }) => {
    const places = path.startsWith(inGroup) ? subscriptions.map((one) => `/subscriptions/${one}`) : [""];
    const below = `${filled(path, inputs)}?api-version=${version}`;
    const found = places.map((place) => resourceManager.find(`${place}${below}`, identified));
    return (await Promise.all(found)).flatMap((one) => (one ? [there(lastOf(one.id), one.id)] : []));
  };
}

/** Fills a path with inputs, each escaped: a forged state could otherwise name another resource. */
function filled(path: string, inputs: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\+?)(\w+)\}/gu, (_, isPath: string, name: string) => {
    const parts = isPath === "" ? [inputs[name] ?? ""] : (inputs[name] ?? "").split("/");
    return parts.map(segment).join("/");
  });
}

/**
 * The azuread plugin gives a new application another name for a moment. Anybody may use this name: ours is
 * younger than the stack, has its description, and no credential yet, since those follow once it is recorded.
 */
async function applicationsCalled(
  graph: AzureApi,
  { displayName = "", description = "" }: Readonly<Record<string, string>>,
  deployment: Deployment,
): Promise<Fate[]> {
  const since = ageOf(deployment);
  const called = (await findApplicationsCalled(graph, displayName, "TERRAFORM_UPDATE_")).filter(
    (one) => (one.description ?? "") === description && Date.parse(one.createdDateTime ?? "") > since,
  );
  return await Promise.all(
    called.map(async (one): Promise<Fate> => {
      const trusted = await graph.list(federatedOf(one.id), anything);
      const opens = [...one.passwordCredentials, ...(one.keyCredentials ?? []), ...trusted];
      if (called.length === 1 && opens.length === 0) return there(displayName, `/applications/${one.id}`);
      const why = called.length > 1 ? "and is not the only one" : "and has credentials";
      const found = `${displayName} exists (client id ${one.appId}) ${why}, so it may not be this stack's`;
      const remove = az("ad", "app", "delete", "--id", one.appId);
      return { found, own: byPerson("If nobody uses it, delete it and check again", remove) };
    }),
  );
}

/** The parent of the looked-up objects may be deleted. */
const ifGone = onStatus([], 404);
const federated = v.looseObject({ id: v.string(), name: v.string() });
const assigned = v.looseObject({ id: v.string(), appRoleId: v.string(), resourceId: v.string() });

/** A group's resources that the stack did not create: a bootstrap stack has an account there. */
async function strangersIn(api: AzureApi, group: string, { resources, pending }: Deployment): Promise<string[]> {
  const own = [...resources, ...pending.map(({ resource }) => resource)];
  const meant = own.flatMap(({ inputs }) => [inputs?.["vaultName"], inputs?.["accountName"]]);
  const there = await api.list(`${group}/resources?api-version=2021-04-01`, v.looseObject({ name: v.string() }));
  return there.map(({ name }) => name).filter((name) => !meant.includes(name));
}

/** The operation in a few words: "creation of ServicePrincipal partner". */
export function operationName({ type, resource }: PendingOperation): string {
  const noun = { creating: "creation", updating: "update", deleting: "deletion" }[type] ?? type;
  return `${noun} of ${kindIn(resource.type)} ${nameIn(resource.urn)}`;
}
