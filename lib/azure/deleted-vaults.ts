/** Whether a vault is soft-deleted: Resource Manager then requires recovery instead of creation. */
import * as v from "valibot";
import type { Cloud } from "../config/clouds";
import { byPerson, type Fix, partsOf } from "../errors/failure";
import { ApiError, type AzureApi } from "./api";
import { keyVaultVersion } from "./key-vault";
import { assignRole, resourceManager } from "./resource-manager";

export interface DeletedPlace {
  subscriptionId: string;
  location: string;
  name: string;
}

/** Deleted vaults belong to the subscription, so a role on their resource group does not list them. */
export const mayReadDeleted = (subscriptionId: string, oid = "<object id of the deployer>"): Fix => {
  const allow = assignRole("Key Vault Reader", oid, `/subscriptions/${subscriptionId}`);
  return byPerson("The deployer needs to read deleted vaults; this allows it", allow);
};

/** @throws ApiError with Resource Manager's code if it answers neither yes nor no; CredentialError */
export const isSoftDeleted = async (cloud: Cloud, place: DeletedPlace): Promise<boolean> =>
  (await findDeleted(resourceManager(cloud), place)) !== undefined;

/** A region as Resource Manager writes it: "West Europe" is westeurope. */
export const regionOf = (location: string): string => location.toLowerCase().replaceAll(" ", "");

const date = v.optional(v.string(), "");
const deletedShape = v.looseObject({
  properties: v.looseObject({ vaultId: v.optional(v.string(), ""), deletionDate: date, scheduledPurgeDate: date }),
});

/** @returns its id and the days from deletion to purge; undefined if no such vault is soft-deleted */
export async function findDeleted(
  api: AzureApi,
  { subscriptionId, location, name }: DeletedPlace,
): Promise<{ vaultId: string; retentionDays?: number } | undefined> {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${regionOf(location)}/deletedVaults/${name}`;
  try {
    const deleted = await api.find(`${path}?api-version=${keyVaultVersion}`, deletedShape);
    if (deleted === undefined) return undefined;
    const { vaultId, deletionDate, scheduledPurgeDate } = deleted.properties;
    const days = Math.round((Date.parse(scheduledPurgeDate) - Date.parse(deletionDate)) / 86_400_000);
    return Number.isNaN(days) ? { vaultId } : { vaultId, retentionDays: days };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const what = `Looking whether vault ${name} is soft-deleted failed. ${error.what}`;
    const helps = error.status === 403 ? [mayReadDeleted(subscriptionId)] : [];
    throw new ApiError(error.status, error.serviceCode, { ...partsOf(error), what }, ...helps);
  }
}
