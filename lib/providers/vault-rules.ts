/** The provider of VaultRules: it runs once, right after a vault was recovered. */
import { diagnosticsName, diagnosticsOf, diagnosticsVersion } from "../azure/diagnostics";
import { keyVaultVersion } from "../azure/key-vault";
import { resourceManager } from "../azure/resource-manager";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { cleanly } from "./failures";

/** The properties that Azure ignores in the request that recovers a vault: it applies the name alone. */
interface Inputs extends CloudChoice {
  vaultId: string;
  networkAcls: object;
  enableRbacAuthorization: boolean;
  removesDiagnostics?: true;
}

export const create = cleanly(async (inputs: Inputs): Promise<{ id: string; outs: Inputs }> => {
  const { vaultId, networkAcls, enableRbacAuthorization, removesDiagnostics } = inputs;
  const api = resourceManager(cloudOf(inputs.cloud, inputs.endpoints));
  const properties = { networkAcls, enableRbacAuthorization };
  await api.patch(`${vaultId}?api-version=${keyVaultVersion}`, { properties });
  if (removesDiagnostics === true)
    await api.delete(`${diagnosticsOf(vaultId)}/${diagnosticsName}?api-version=${diagnosticsVersion}`);
  return { id: vaultId, outs: inputs };
});

export async function update(_id: string, _olds: Inputs, news: Inputs): Promise<{ outs: Inputs }> {
  return await create(news);
}

/** The vault's own provider reads the vault. */
export function read(id: string, outputs: Inputs): Promise<{ id: string; props: Inputs }> {
  return Promise.resolve({ id, props: outputs });
}

/** The deletion changes nothing: the rules stay. */
export { nothing as delete } from "./failures";
