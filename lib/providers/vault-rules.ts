/** The provider of VaultRules, in the engine's provider process: runs once, right after a vault was recovered. */
import { diagnosticsName, diagnosticsOf, diagnosticsVersion } from "../azure/diagnostics";
import { keyVaultVersion } from "../azure/key-vault";
import { resourceManager } from "../azure/resource-manager";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { cleanError } from "./failures";

/** Of the properties in a recovery's request Azure applies only the name. */
interface Inputs extends CloudChoice {
  vaultId: string;
  networkAcls: object;
  enableRbacAuthorization: boolean;
  /** Absent in states of before. */
  removesDiagnostics?: true;
}

export async function create(inputs: Inputs): Promise<{ id: string; outs: Inputs }> {
  await apply(inputs);
  return { id: inputs.vaultId, outs: inputs };
}

export async function update(_id: string, _olds: Inputs, news: Inputs): Promise<{ outs: Inputs }> {
  await apply(news);
  return { outs: news };
}

/** The vault's own provider reads the vault. */
export function read(id: string, outputs: Inputs): Promise<{ id: string; props: Inputs }> {
  return Promise.resolve({ id, props: outputs });
}

/** The rules stay. */
export function remove(): Promise<void> {
  return Promise.resolve();
}

export { remove as delete };

async function apply({ cloud, endpoints, vaultId, removesDiagnostics, ...rules }: Inputs): Promise<void> {
  const { networkAcls, enableRbacAuthorization } = rules;
  try {
    const api = resourceManager(cloudOf(cloud, endpoints));
    const properties = { networkAcls, enableRbacAuthorization };
    await api.patch(`${vaultId}?api-version=${keyVaultVersion}`, { properties });
    if (removesDiagnostics === true)
      await api.delete(`${diagnosticsOf(vaultId)}/${diagnosticsName}?api-version=${diagnosticsVersion}`);
  } catch (error) {
    throw cleanError(error);
  }
}
