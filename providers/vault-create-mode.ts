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
  return { id: inputs.vaultName, outs: { ...inputs, createMode: await look(inputs) } };
}

/** Another name or place: it is looked for anew. */
export async function update(_id: string, _olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  return { outs: { ...news, createMode: await look(news) } };
}

/** There is nothing to remove. */
export function remove(): Promise<void> {
  return Promise.resolve();
}

export { remove as delete };

/**
 * After a vault was deleted by hand, the refresh that notices must say how to bring it back; once it is back, how it would be made anew.
 * The vault ignores changes of it, so that neither is drift.
 */
export async function read(id: string, outputs: Properties): Promise<{ id: string; props: Properties }> {
  try {
    return { id, props: { ...outputs, createMode: await look(outputs) } };
  } catch {
    // A refresh must not fail over this: what was known stays known.
    return { id, props: outputs };
  }
}

async function look(inputs: Properties): Promise<"default" | "recover"> {
  const { subscriptionId, location, vaultName: name } = inputs;
  return (await isSoftDeleted(cloudOf(inputs.cloud, inputs.endpoints), { subscriptionId, location, name }))
    ? "recover"
    : "default";
}
