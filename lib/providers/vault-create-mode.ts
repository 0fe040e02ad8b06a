/** The provider of VaultCreateMode, in the engine's provider process. */
import { onStatus } from "../azure/api";
import { isSoftDeleted } from "../azure/deleted-vaults";
import { type CloudChoice, cloudOf } from "../config/clouds";

interface Properties extends CloudChoice {
  subscriptionId: string;
  location: string;
  vaultName: string;
  createMode: "default" | "recover";
}

export async function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
  return { id: inputs.vaultName, outs: await looked(inputs) };
}

/** Looks up the mode again, for a different name or place. */
export async function update(_id: string, _olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  return { outs: await looked(news) };
}

/** There is nothing to remove. */
export function remove(): Promise<void> {
  return Promise.resolve();
}

export { remove as delete };

/** Looks up the mode: a deleted vault is recovered, a purged vault created. */
export async function read(id: string, outputs: Properties): Promise<{ id: string; props: Properties }> {
  // A refresh must not fail because of this look-up: the recorded value stays.
  return { id, props: await looked(outputs).catch(() => outputs) };
}

async function looked(known: Properties): Promise<Properties> {
  const { subscriptionId, location, vaultName: name } = known;
  const cloud = cloudOf(known.cloud, known.endpoints);
  // A role on the resource group does not list deleted vaults: Azure's own refusal explains it later.
  const isDeleted = await isSoftDeleted(cloud, { subscriptionId, location, name }).catch(onStatus(false, 403));
  return { ...known, createMode: isDeleted ? "recover" : "default" };
}
