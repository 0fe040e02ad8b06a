/** Whether the state's storage account and vault names are free in the whole cloud, and the container is lost. */
import * as v from "valibot";
import { absent, anything, type AzureApi, unread, unregistered } from "../azure/api";
import { findDeleted } from "../azure/deleted-vaults";
import { nameAvailability, vaultIdOf } from "../azure/resource-manager";
import { Failure, run, setSetting } from "../errors/failure";
import { accountIdOf, containerIdOf, type StatePlace } from "./state";

export const storageVersion = "2024-01-01";

export async function requireFreeAccount(api: AzureApi, place: StatePlace): Promise<void> {
  const { account, subscriptionId } = place;
  const own = await api.find(`${accountIdOf(place)}?api-version=${storageVersion}`, anything).catch(unregistered);
  if (own !== undefined) return;
  const asked = [api, subscriptionId, "Microsoft.Storage/storageAccounts", storageVersion, account] as const;
  const told = await nameAvailability(...asked).catch(unregistered);
  const { nameAvailable = true, message = "" } = told ?? {};
  if (nameAvailable) return;
  throw new Failure(
    "ci-account",
    `The storage account of the state cannot be called ${account}: ${message}`,
    run("Choose another name", setSetting("ci.state.account", "<account name>")),
  );
}

/** Whether the vault with the states' key can be recovered. @throws Failure if another deleted vault has its name */
export async function isVaultToRecover(api: AzureApi, place: StatePlace & { location: string }): Promise<boolean> {
  const deleted = await findDeleted(api, { ...place, name: place.vault }).catch(unregistered);
  if (deleted === undefined) return false;
  if (deleted.vaultId.toLowerCase() === vaultIdOf(place, place.vault).toLowerCase()) return true;
  throw new Failure(
    "ci-vault-deleted",
    `A vault ${place.vault} of another resource group is soft-deleted, so the key of the state cannot use its name.`,
    run("Choose another name", setSetting("ci.state.vault", "<vault name>")),
  );
}

/** A deleted container, for as long as the account keeps it (Storage REST, "Blob Containers - List"). */
const kept = v.looseObject({
  name: v.string(),
  properties: v.looseObject({ deleted: v.optional(v.boolean()), remainingRetentionDays: v.optional(v.number()) }),
});

/** @returns days in which it can be restored, 0: none; undefined if it is there, or its account is not */
export async function daysOfLostContainer(api: AzureApi, place: StatePlace): Promise<number | undefined> {
  const asked = api.get(`${containerIdOf(place)}?api-version=${storageVersion}`, unread);
  if ((await asked.then(() => "", absent)) !== "ContainerNotFound") return undefined;
  const all = `${accountIdOf(place)}/blobServices/default/containers?api-version=${storageVersion}`;
  const containers = await api.list(`${all}&$include=deleted`, kept);
  const deleted = containers.filter(({ name, properties }) => name === place.container && properties.deleted === true);
  return Math.max(0, ...deleted.map(({ properties }) => properties.remainingRetentionDays ?? 0));
}

/** Creates the container as the stack declares it. */
export const makeContainer = async (api: AzureApi, place: StatePlace): Promise<void> => {
  await api.put(`${containerIdOf(place)}?api-version=${storageVersion}`, { properties: { publicAccess: "None" } });
};
