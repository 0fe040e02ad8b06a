/** Whether a vault of a name is soft-deleted: Resource Manager then wants it recovered, not created. */
import type { Cloud } from "../config/clouds";
import { partsOf, sentence } from "../errors/failure";
import { AzureApi, ApiError } from "./api";
import { azureCredential } from "./credential";

const mayRead = sentence(
  "The deployer needs to read deleted vaults: Key Vault Contributor on the subscription allows it.",
);
const apiVersion = "2024-11-01";

/** @throws ApiError with Resource Manager's own code when it answers neither yes nor no; CredentialError */
export async function isSoftDeleted(
  cloud: Cloud,
  { subscriptionId, location, name }: { subscriptionId: string; location: string; name: string },
): Promise<boolean> {
  const region = location.toLowerCase().replaceAll(" ", "");
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${region}/deletedVaults/${name}`;
  const api = new AzureApi("Resource Manager", cloud.resourceManager, azureCredential(cloud));
  try {
    return (await api.find(`${path}?api-version=${apiVersion}`)) !== undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const what = `Looking whether vault ${name} is soft-deleted failed. ${error.what}`;
    throw new ApiError(error.status, error.serviceCode, { ...partsOf(error), what }, mayRead);
  }
}
