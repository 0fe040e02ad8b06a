/** A stack of a program of one's own, which has no settings here: what they would be, as its state shows it. */
import { everybody } from "../../lib/application/delegated-grants";
import {
  type DeclaredResource,
  declaredPermissions,
  type Permission,
  requestedPermissions,
} from "../../lib/application/permissions";
import { adoptionType, applicationType, consentType, recordType } from "../../lib/application/recorded";
import { vaultType } from "../../lib/azure/key-vault";
import { firstPartyApps } from "../../lib/config/clouds";
import { configurationOf } from "../../lib/config/model-file";
import type { Generation } from "../../lib/config/limits";
import { isRecordName } from "../../lib/credential/credential-record";
import { dynamicType } from "../../lib/startup/provider-code";
import type { Outputs } from "../../program/resolve/look";
import { replyUrls } from "../../lib/application/reply-urls";
import { type Deployment, isWellFormed, nameIn, type StateResource } from "./deployment";

/** Inputs of the consent (components/partner-consent.ts) that are used by themselves. */
interface ConsentInputs {
  tenantId: string;
  clientId: string;
  vaultUri: string;
  credential: string;
  permissions?: readonly DeclaredResource[];
}

/** The permissions of azuread's application, whose state calls the entries of a resource so. */
type RequiredAccesses = { resourceAppId: string; resourceAccesses: { id: string; type: string }[] }[];

export interface Described {
  configuration: Record<string, string>;
  isOwnProgram: true;
  outputs: Pick<Outputs, "applicationId" | "tenantId" | "vaultUri" | "credential">;
  /** By name, the described one first: a program may have more than one. */
  models: readonly string[];
}

/** @returns undefined for a state without a model */
export function describedIn({ resources }: Deployment): Described | undefined {
  const living = resources.filter((one) => isWellFormed(one) && one.delete !== true);
  const consents = living.filter(({ type }) => type === consentType);
  const [first] = consents;
  if (first === undefined) return undefined;
  const own = below(first.parent, living);
  const { inputs: consent = {} } = first;
  const { tenantId, clientId, vaultUri, credential, permissions = [] } = consent as unknown as ConsentInputs;
  const { cloud, endpoints, account, mode, deadlineMinutes, warnBeforeDays, port } = consent;
  const grants = find(own, dynamicType("Grants"))?.inputs;
  const { generations = [] } = (find(own, recordType)?.outputs ?? {}) as { generations?: readonly Generation[] };
  const isTheirs = !isRecordName(credential);
  const settings = {
    ...{ cloud, endpoints, tenantId },
    // Each of several models' applications has its own owners: the check of owners looks at all of them.
    ...applicationIn(own, clientId, consents.length === 1),
    ...permissionsOf(permissions, declaredIn(own)),
    ...(grants && { adminConsent: grants["grantedTo"] === everybody ? "everybody" : "account" }),
    credential: { kind: generations[0]?.kind ?? "secret", ...(isTheirs && { vaultSecretName: credential }) },
    vault: vaultIn(own, vaultUri),
    consent: { mode, ...(account !== "" && { account }), deadlineMinutes, warnBeforeDays, port },
  };
  return {
    isOwnProgram: true,
    configuration: configurationOf(settings),
    outputs: { applicationId: clientId, tenantId, vaultUri, credential: { name: credential, generations } },
    models: consents.map(({ urn }) => nameIn(urn)),
  };
}

/** The resources of one model among several: a state has each after its parent. */
function below(parent: string | undefined, resources: readonly StateResource[]): StateResource[] {
  const parents = new Set([parent]);
  return resources.filter((one) => parents.has(one.parent) && parents.add(one.urn));
}

const find = (own: readonly StateResource[], type: string): StateResource | undefined =>
  own.find((one) => one.type === type);

const hasAny = (list: unknown): boolean => Array.isArray(list) && list.length > 0;

function applicationIn(own: readonly StateResource[], clientId: string, hasOwners: boolean) {
  const application = find(own, applicationType);
  const adoption = find(own, adoptionType)?.inputs;
  const { redirectUris = [] } = (application?.inputs?.["web"] ?? {}) as { redirectUris?: readonly string[] };
  const added = (adoption?.["replyUrls"] ?? {}) as Readonly<Record<string, string>>;
  return {
    outOfBandReplyUrl: [...redirectUris, ...Object.values(added)].includes(replyUrls.outOfBand),
    ...(application
      ? { displayName: application.inputs?.["displayName"], owners: hasOwners ? ownersOf(application) : undefined }
      : { existingApplication: clientId, changeSignInAudience: adoption?.["changeSignInAudience"] }),
    configurePreconsent:
      find(own, "azuread:index/groupMember:GroupMember") !== undefined || hasAny(adoption?.["groups"]),
  };
}

function vaultIn(own: readonly StateResource[], uri: string) {
  const vault = find(own, vaultType)?.inputs;
  if (vault === undefined) return { uri };
  const { vaultName: name, resourceGroupName, location } = vault;
  const createResourceGroup = find(own, "azure-native:resources:ResourceGroup") !== undefined;
  return { name, resourceGroupName, location, createResourceGroup };
}

/** @returns undefined if the program names none: a refresh may have recorded anybody */
const ownersOf = ({ inputs = {}, ignoreChanges = [] }: StateResource): unknown =>
  ignoreChanges.includes("owners") ? undefined : inputs["owners"];

function declaredIn(own: readonly StateResource[]): Permission[] {
  const required = (find(own, applicationType)?.inputs?.["requiredResourceAccesses"] ?? []) as RequiredAccesses;
  const adopted = (find(own, adoptionType)?.inputs?.["permissions"] ?? {}) as Record<string, Permission>;
  const declared = required.map(({ resourceAccesses, ...one }) => ({ ...one, resourceAccess: resourceAccesses }));
  return [...declaredPermissions(declared), ...Object.values(adopted)];
}

/** Permissions outside of the model's own set are extra, whichever setting declares them. @param delegated by their names */
function permissionsOf(delegated: readonly DeclaredResource[], declared: readonly Permission[]) {
  const all = [
    ...delegated.flatMap(({ resourceAppId, scopes }) => scopes.map((id) => ({ resourceAppId, id, type: "Scope" }))),
    ...declared.filter(({ type }) => type === "Role"),
  ];
  const asksFor = (resourceAppId: string) => all.some((one) => one.resourceAppId === resourceAppId);
  const azureManagement = asksFor(firstPartyApps.azureResourceManager);
  const legacy = asksFor(firstPartyApps.azureAdGraph);
  const own = requestedPermissions({ azureManagement, permissions: { legacy } });
  const isOwn = ({ resourceAppId, id, type }: Permission) =>
    own.some((one) => one.resourceAppId === resourceAppId && one.type === type && [one.id, one.value].includes(id));
  const extra = all
    .filter((one) => !isOwn(one))
    .map(({ resourceAppId: resource, id, type }) => ({
      resource,
      [type === "Role" ? "application" : "delegated"]: [id],
    }));
  return { azureManagement, permissions: { legacy, extra } };
}
