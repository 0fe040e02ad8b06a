/** Whether the storage account's and the vault's names are free: both must be unique in the whole cloud. */
import * as v from "valibot";
import { anything, ApiError, type AzureApi } from "../azure/api";
import { findDeleted } from "../azure/deleted-vaults";
import { Failure, run, setSetting } from "../errors/failure";
import { accountIdOf, type StatePlace, vaultIdOf } from "./state";

/** The API version of storage accounts and what is in them. */
export const storageVersion = "2024-01-01";

const availability = v.looseObject({ nameAvailable: v.boolean(), message: v.nullish(v.string(), "") });

/** @throws Failure if somebody else has the account's name */
export async function requireFreeAccount(api: AzureApi, place: StatePlace): Promise<void> {
  const { account, subscriptionId } = place;
  const own = await api.find(`${accountIdOf(place)}?api-version=${storageVersion}`, anything).catch(unregistered);
  if (own !== undefined) return;
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Storage/checkNameAvailability?api-version=${storageVersion}`;
  const asked = { name: account, type: "Microsoft.Storage/storageAccounts" };
  const told = await api.post(path, asked, availability).catch(unregistered);
  const { nameAvailable = true, message = "" } = told ?? {};
  if (nameAvailable) return;
  throw new Failure(
    "ci-account",
    `The storage account of the state cannot be called ${account}: ${message}`,
    run("Choose another name", setSetting("ci.state.account", "<account name>")),
  );
}

/**
 * Whether the vault was deleted and can be recovered: with it comes back the key that the states of the stacks were encrypted with.
 * @throws Failure if another vault of that name was deleted: until its purge the name is taken
 */
export async function isVaultToRecover(api: AzureApi, place: StatePlace & { location: string }): Promise<boolean> {
  const deleted = await findDeleted(api, { ...place, name: place.vault }).catch(unregistered);
  if (deleted === undefined) return false;
  if (deleted.vaultId.toLowerCase() === vaultIdOf(place).toLowerCase()) return true;
  throw new Failure(
    "ci-vault-deleted",
    `A vault ${place.vault} of another resource group is soft-deleted, and its name, for the key of the state, stays taken.`,
    run("Choose another name", setSetting("ci.state.vault", "<vault name>")),
  );
}

/** azure-native registers the resource provider when it creates the account. */
function unregistered(error: unknown): undefined {
  if (error instanceof ApiError && error.serviceCode === "MissingSubscriptionRegistration") return undefined;
  throw error;
}
