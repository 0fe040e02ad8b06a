/** The provider of VaultRules, in the engine's provider process: runs once, right after a vault was recovered. */
import { applyVaultRules, type VaultRules } from "../azure/vault-rules";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { cleanError } from "./failures";

interface Inputs extends CloudChoice, VaultRules {
  vaultId: string;
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

async function apply({ cloud, endpoints, vaultId, networkAcls, enableRbacAuthorization }: Inputs): Promise<void> {
  await applyVaultRules(cloudOf(cloud, endpoints), vaultId, { networkAcls, enableRbacAuthorization }).catch(
    (error: unknown) => {
      throw cleanError(error);
    },
  );
}
