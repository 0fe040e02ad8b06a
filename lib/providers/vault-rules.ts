/** The provider of VaultRules, in the engine's provider process: runs once, right after a vault was recovered. */
import { diagnosticsName, diagnosticsOf, diagnosticsVersion } from "../azure/diagnostics";
import { resourceManager } from "../azure/resource-manager";
import { applyVaultRules, type VaultRules } from "../azure/vault-rules";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { cleanly } from "./failures";

interface Inputs extends CloudChoice, VaultRules {
  vaultId: string;
  /** Absent in states of before. */
  removesDiagnostics?: true;
}

export const create = cleanly(async (inputs: Inputs): Promise<{ id: string; outs: Inputs }> => {
  const { vaultId, networkAcls, enableRbacAuthorization, removesDiagnostics } = inputs;
  const cloud = cloudOf(inputs.cloud, inputs.endpoints);
  await applyVaultRules(cloud, vaultId, { networkAcls, enableRbacAuthorization });
  if (removesDiagnostics === true) {
    const setting = `${diagnosticsOf(vaultId)}/${diagnosticsName}`;
    await resourceManager(cloud).delete(`${setting}?api-version=${diagnosticsVersion}`);
  }
  return { id: vaultId, outs: inputs };
});

export async function update(_id: string, _olds: Inputs, news: Inputs): Promise<{ outs: Inputs }> {
  return await create(news);
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
