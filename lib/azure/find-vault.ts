/** Finds the stack's vault before anything is declared: a wrong create mode would leave half a stack. */
import * as v from "valibot";
import { az, byPerson, Failure, type Fix, run, setSetting } from "../errors/failure";
import { nearest } from "../errors/text";
import { absent, ApiError, type AzureApi, onStatus } from "./api";
import { type DeletedPlace, findDeleted, regionOf } from "./deleted-vaults";
import { type FoundVault, keyVaultVersion } from "./key-vault";
import { isAt, type RecordedVault, vaultDropped, vaultMoved } from "./moved-vault";
import {
  findGroup,
  findVaultAnywhere,
  groupIdOf,
  nameAvailability,
  useSubscription,
  vaultIdOf,
} from "./resource-manager";

export interface VaultPlace extends DeletedPlace {
  resourceGroupName: string;
  /** Days that it can be recovered after a deletion; fixed once it exists. */
  retentionDays: number;
  /** Whether the resource group must exist, because the stack does not create it; undefined: not checked. */
  groupExists: boolean | undefined;
  /** The stack's vault from its last deployment. */
  made?: RecordedVault | undefined;
}

const vaultShape = v.looseObject({
  location: v.string(),
  properties: v.looseObject({
    vaultUri: v.string(),
    publicNetworkAccess: v.nullish(v.string()),
    softDeleteRetentionInDays: v.nullish(v.number()),
  }),
});

/** @throws Failure for a missing subscription, group or region, an unlike vault or a taken name; ApiError, except for 403 */
export async function findVault(api: AzureApi, place: VaultPlace): Promise<FoundVault> {
  const inPlace = await lookInPlace(api, place).catch(async (error: unknown): Promise<FoundVault> => {
    if (!(error instanceof ApiError)) throw error;
    // Azure has this code for an unknown region and for an unknown version.
    if (error.serviceCode === "NoRegisteredProviderFound") throw (await noRegion(api, place)) ?? error;
    if (error.status !== 403) throw error;
    return { state: "unknown", refusal: error };
  });
  if (inPlace.state === "none") await requireNoneElsewhere(api, place);
  return inPlace;
}

async function lookInPlace(api: AzureApi, place: VaultPlace): Promise<FoundVault> {
  const id = vaultIdOf(place, place.name);
  const vault = await api.get(`${id}?api-version=${keyVaultVersion}`, vaultShape).catch(absent);
  if (typeof vault === "object") {
    const { vaultUri: uri, publicNetworkAccess, softDeleteRetentionInDays: retentionDays } = vault.properties;
    requireAsItIs(place, { location: vault.location, ...(typeof retentionDays === "number" && { retentionDays }) });
    if (place.made?.id === undefined && isAt(place.made, uri)) throw vaultDropped(place.made, id);
    return { state: "live", uri, publicNetworkAccess: publicNetworkAccess ?? undefined };
  }
  if (vault === "SubscriptionNotFound") throw noSubscription(place.subscriptionId);
  // A login that may not see a group may be allowed to use it.
  const group =
    place.groupExists === undefined
      ? undefined
      : await findGroup(api, groupIdOf(place)).catch(onStatus(undefined, 403));
  if (place.groupExists === true && group === undefined) throw noGroup(place);
  const deleted = await findDeleted(api, place);
  if (deleted !== undefined) {
    requireAsItIs(place, deleted);
    return { state: "deleted" };
  }
  if (place.groupExists !== false || group === undefined) return { state: "none" };
  const takenGroup = groupTaken(place, group);
  // A group in the same region may be from an earlier run of this stack that ended before it created the vault.
  if (regionOf(group.location) !== regionOf(place.location)) throw takenGroup;
  return { state: "none", takenGroup };
}

/** @throws Failure if a vault of this name is elsewhere in the cloud */
async function requireNoneElsewhere(api: AzureApi, place: VaultPlace): Promise<void> {
  const { subscriptionId, resourceGroupName, name } = place;
  const elsewhere = await findVaultAnywhere(api, (one) => one.name.toLowerCase() === name.toLowerCase());
  const [, , subscription, , group] = elsewhere?.id.split("/") ?? [];
  if (elsewhere === undefined || subscription === undefined || group === undefined) {
    if (await isTaken(api, place)) throw nameTaken(name);
    return;
  }
  // If the state has the vault there, the settings have changed.
  const { id, properties } = elsewhere;
  const isMoved = place.made?.id?.toLowerCase() !== id.toLowerCase();
  if (isMoved && isAt(place.made, properties.vaultUri)) throw vaultMoved(place.made, id, place);
  const isSame = subscription.toLowerCase() === subscriptionId.toLowerCase();
  const there = isSame ? setSetting("vault.resourceGroupName", group) : useSubscription(subscription);
  throw new Failure(
    "vault-elsewhere",
    {
      what: `Vault ${name} is in resource group ${group} of subscription ${subscription}; this run would make it in ${resourceGroupName} of ${subscriptionId}.`,
      why: "A vault's name is unique in the whole cloud. Nothing was created.",
    },
    run("Deploy to where it is", there),
    run("If it is not this stack's, choose another name", setSetting("vault.name", "<vault name>")),
  );
}

/** These never change once a vault exists, and Azure's refusal names no fix. @throws Failure with settings */
function requireAsItIs(wanted: VaultPlace, found: Partial<Pick<VaultPlace, "location" | "retentionDays">>): void {
  const { location = wanted.location, retentionDays = wanted.retentionDays } = found;
  const isThere = regionOf(location) === regionOf(wanted.location);
  const all = [
    ["vault.location", location, wanted.location, isThere],
    ["vault.retentionDays", String(retentionDays), wanted.retentionDays, retentionDays === wanted.retentionDays],
  ] as const;
  const fixed = all.filter(([, , , isSame]) => !isSame);
  if (fixed.length === 0) return;
  const each = fixed.map(([setting, has, is]) => `${setting} is ${is}, and it has ${has}`);
  throw new Failure(
    "vault-fixed",
    `Vault ${wanted.name} already exists, and this cannot change: ${each.join("; ")}.`,
    run("Set the vault's values, then deploy again", ...fixed.map(([setting, has]) => setSetting(setting, has))),
  );
}

/** @returns undefined if there is such a region */
async function noRegion(api: AzureApi, { subscriptionId, location }: VaultPlace): Promise<Failure | undefined> {
  const wanted = regionOf(location);
  const path = `/subscriptions/${subscriptionId}/locations?api-version=2022-12-01`;
  const names = (await api.list(path, v.looseObject({ name: v.string() }))).map(({ name }) => name);
  if (names.includes(wanted)) return undefined;
  return new Failure(
    "vault-region",
    {
      what: `vault.location is ${location}, and this cloud has no such region.`,
      why: `The nearest names are ${nearest(wanted, names)}. Nothing was created.`,
    },
    run("Name a region of this cloud", setSetting("vault.location", "<region>")),
  );
}

/** The problem of a vault name in use, or recoverable, in a tenant that this login cannot see. */
const nameTaken = (name: string): Failure =>
  new Failure(
    "vault-name-taken",
    {
      what: `The name ${name} belongs to a vault that this login does not see.`,
      why: "A vault's name is unique in the whole cloud, and a deleted vault keeps its name until its retention ends. Nothing was created.",
    },
    run("Choose another name", setSetting("vault.name", "<vault name>")),
  );

/** Without the right to check, the deployment reports a taken name. */
async function isTaken(api: AzureApi, { subscriptionId, name }: VaultPlace): Promise<boolean> {
  const asked = nameAvailability(api, subscriptionId, "Microsoft.KeyVault/vaults", keyVaultVersion, name);
  const answer = await asked.catch(onStatus(undefined, 403));
  return answer?.nameAvailable === false && answer.reason === "AlreadyExists";
}

const noSubscription = (id: string): Failure =>
  new Failure(
    "subscription-none",
    `There is no subscription ${id} that this login can access in this cloud.`,
    byPerson("List those that exist", az("account", "list", "--all")),
    run("Name a subscription", useSubscription()),
  );

type GroupPlace = Pick<VaultPlace, "resourceGroupName" | "location">;

/** The problem of an existing group that the stack would create: Azure would refuse halfway. @param is that group */
function groupTaken({ resourceGroupName, location }: GroupPlace, is: { location: string }): Failure {
  const isThere = regionOf(is.location) === regionOf(location);
  const [where, wanted] = isThere ? ["", ""] : [` in ${is.location}`, ` in ${location}`];
  return new Failure(
    "resource-group-taken",
    `resource group ${resourceGroupName} already exists${where}, and the stack would create it${wanted}`,
    run("Use the existing group", setSetting("vault.createResourceGroup", "false")),
    run("If it is for something else, name another", setSetting("vault.resourceGroupName", "<resource group>")),
  );
}

function noGroup(place: Omit<VaultPlace, "groupExists" | "name" | "retentionDays">): Failure {
  const { subscriptionId, resourceGroupName } = place;
  return new Failure(
    "resource-group-none",
    `There is no resource group ${resourceGroupName} in subscription ${subscriptionId}, and vault.createResourceGroup is false.`,
    makeGroup(place),
    run("Let the stack make it", setSetting("vault.createResourceGroup", "true")),
  );
}

/** A person without the right to create it must ask somebody who has it. */
export function makeGroup(place: Pick<VaultPlace, "subscriptionId" | "resourceGroupName" | "location">): Fix {
  const { subscriptionId, resourceGroupName, location } = place;
  const make = ["--name", resourceGroupName, "--location", location, "--subscription", subscriptionId];
  return byPerson("Ask somebody with the right to create it", az("group", "create", ...make));
}
