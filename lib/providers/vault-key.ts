/** The provider of VaultKey, in the engine's provider process. A key is created once, and neither changed nor deleted. */
import { anything } from "../azure/api";
import { keyVaultVersion } from "../azure/key-vault";
import { resourceManager } from "../azure/resource-manager";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { cleanError } from "./failures";

interface Inputs extends CloudChoice {
  subscriptionId: string;
  resourceGroupName: string;
  vaultName: string;
  keyName: string;
  properties: object;
}

/** Resource Manager writes nothing if the key exists (Key Vault REST, "Keys - Create If Not Exist"). */
export async function create(inputs: Inputs): Promise<{ id: string; outs: Inputs }> {
  const { properties } = inputs;
  try {
    await apiOf(inputs).put(`${idOf(inputs)}?api-version=${keyVaultVersion}`, { properties });
  } catch (error) {
    throw cleanError(error);
  }
  return { id: idOf(inputs), outs: inputs };
}

export async function update(_id: string, _olds: Inputs, news: Inputs): Promise<{ outs: Inputs }> {
  return { outs: (await create(news)).outs };
}

/** If it is gone, the resource is gone, and what was encrypted with it is lost. */
export async function read(id: string, outputs: Inputs): Promise<{ id: string; props: object }> {
  try {
    const found = await apiOf(outputs).find(`${id}?api-version=${keyVaultVersion}`, anything);
    return found === undefined ? { id: "", props: {} } : { id, props: outputs };
  } catch (error) {
    throw cleanError(error);
  }
}

/** The engine never calls it: the resource is retained. */
export function remove(): Promise<void> {
  return Promise.resolve();
}

export { remove as delete };

const apiOf = ({ cloud, endpoints }: Inputs) => resourceManager(cloudOf(cloud, endpoints));

const idOf = ({ subscriptionId, resourceGroupName, vaultName, keyName }: Inputs): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.KeyVault/vaults/${vaultName}/keys/${keyName}`;
