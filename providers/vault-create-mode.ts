/** What VaultCreateMode does, in the engine's provider process. */
import { type CloudChoice, cloudOf } from "../config/clouds";
import { isSoftDeleted } from "../azure/deleted-vaults";

interface Properties extends CloudChoice {
  subscriptionId: string;
  location: string;
  vaultName: string;
  createMode: "default" | "recover";
}

export async function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
  return { id: inputs.vaultName, outs: await looked(inputs) };
}

/** Another name or place: it is looked for anew. */
export async function update(_id: string, _olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  return { outs: await looked(news) };
}

/** There is nothing to remove. */
export function remove(): Promise<void> {
  return Promise.resolve();
}

export { remove as delete };

/** Deleted by hand, the vault must be recovered; once it is back, made anew. The vault ignores changes of this, so that neither is drift. */
export async function read(id: string, outputs: Properties): Promise<{ id: string; props: Properties }> {
  // A refresh must not fail over this: what was known stays known.
  return { id, props: await looked(outputs).catch(() => outputs) };
}

async function looked(known: Properties): Promise<Properties> {
  const { subscriptionId, location, vaultName: name } = known;
  const cloud = cloudOf(known.cloud, known.endpoints);
  const isDeleted = await isSoftDeleted(cloud, { subscriptionId, location, name });
  return { ...known, createMode: isDeleted ? "recover" : "default" };
}
