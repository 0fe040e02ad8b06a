/** The provider of VaultKey. A key is created once, and neither changed nor deleted. */
import { anything } from "../azure/api";
import { keyVaultVersion } from "../azure/key-vault";
import { resourceManager } from "../azure/resource-manager";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { cleanly } from "./failures";

interface Inputs extends CloudChoice {
  subscriptionId: string;
  resourceGroupName: string;
  vaultName: string;
  keyName: string;
  properties: object;
}

/** Resource Manager writes nothing if the key exists (Key Vault REST, "Keys - Create If Not Exist"). */
export const create = cleanly(async (inputs: Inputs): Promise<{ id: string; outs: Inputs }> => {
  const id = idOf(inputs);
  await apiOf(inputs).put(`${id}?api-version=${keyVaultVersion}`, { properties: inputs.properties });
  return { id, outs: inputs };
});

export async function update(_id: string, _olds: Inputs, news: Inputs): Promise<{ outs: Inputs }> {
  return { outs: (await create(news)).outs };
}

/** The resource is gone if its key is gone; everything encrypted with the key is then lost. */
export const read = cleanly(async (id: string, outputs: Inputs): Promise<{ id: string; props: object }> => {
  const vault = await apiOf(outputs).find(`${id}?api-version=${keyVaultVersion}`, anything);
  return vault === undefined ? { id: "", props: {} } : { id, props: outputs };
});

/** The engine never calls it: the resource is retained. */
export { nothing as delete } from "./failures";

const apiOf = ({ cloud, endpoints }: Inputs) => resourceManager(cloudOf(cloud, endpoints));

const idOf = ({ subscriptionId, resourceGroupName, vaultName, keyName }: Inputs): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.KeyVault/vaults/${vaultName}/keys/${keyName}`;
