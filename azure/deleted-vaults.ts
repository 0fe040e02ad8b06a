/** Whether a vault of a name is soft-deleted: Resource Manager then wants it recovered, not created. */
import type { Cloud } from "../config/clouds";
import { sentence } from "../errors/fix";
import { AzureApi, ApiError } from "./api";
import { azureCredential } from "./credential";

export interface VaultLocation {
  subscriptionId: string;
  /** Region; spaces and case do not matter. */
  location: string;
  name: string;
}

const apiVersion = "2024-11-01";

/** @throws ApiError with Resource Manager's own code when it answers neither yes nor no; CredentialError */
export async function isSoftDeleted(cloud: Cloud, { subscriptionId, location, name }: VaultLocation): Promise<boolean> {
  const region = location.toLowerCase().replaceAll(" ", "");
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${region}/deletedVaults/${name}`;
  const api = new AzureApi("Resource Manager", cloud.resourceManager, azureCredential(cloud));
  try {
    return (await api.find(`${path}?api-version=${apiVersion}`)) !== undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(error.status, error.serviceCode, {
      what: `Looking whether vault ${name} is soft-deleted failed. ${error.what}`,
      why: error.why,
      fixes: [
        sentence("The deployer needs to read deleted vaults: Key Vault Contributor on the subscription allows it."),
      ],
    });
  }
}
