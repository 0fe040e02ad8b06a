/** Whether a vault of a name is soft-deleted: Resource Manager then requires recovering it instead of creating it. */
import type { Cloud } from "../config/clouds";
import { byPerson, type Fix, partsOf } from "../errors/failure";
import { ApiError, type AzureApi } from "./api";
import { assignRole, keyVaultVersion, resourceManager } from "./resource-manager";

export interface DeletedPlace {
  subscriptionId: string;
  location: string;
  name: string;
}

/** Deleted vaults belong to the subscription, whatever resource group they were in: a role on the group does not list them. */
export const mayReadDeleted = (subscriptionId: string, oid = "<object id of the deployer>"): Fix => {
  const allow = assignRole("Key Vault Reader", oid, `/subscriptions/${subscriptionId}`);
  return byPerson("The deployer needs to read deleted vaults; this allows it", allow);
};

/** @throws ApiError with Resource Manager's own code if the response is neither yes nor no; CredentialError */
export async function isSoftDeleted(cloud: Cloud, place: DeletedPlace): Promise<boolean> {
  return await isDeletedIn(resourceManager(cloud), place);
}

export async function isDeletedIn(api: AzureApi, { subscriptionId, location, name }: DeletedPlace): Promise<boolean> {
  const region = location.toLowerCase().replaceAll(" ", "");
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${region}/deletedVaults/${name}`;
  try {
    return (await api.find(`${path}?api-version=${keyVaultVersion}`)) !== undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const what = `Looking whether vault ${name} is soft-deleted failed. ${error.what}`;
    const helps = error.status === 403 ? [mayReadDeleted(subscriptionId)] : [];
    throw new ApiError(error.status, error.serviceCode, { ...partsOf(error), what }, ...helps);
  }
}
