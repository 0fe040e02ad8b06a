/** The provider of VaultCreateMode, in the engine's provider process. */
import { ApiError } from "../azure/api";
import { isSoftDeleted } from "../azure/deleted-vaults";
import { type CloudChoice, cloudOf } from "../config/clouds";

interface Properties extends CloudChoice {
  subscriptionId: string;
  location: string;
  vaultName: string;
  createMode: "default" | "recover";
}

export async function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
  const outs = await looked(inputs);
  return { id: idAfter(inputs.vaultName, outs), outs };
}

/** A different name or place: it is looked up again. */
export async function update(_id: string, _olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  return { outs: await looked(news) };
}

/** There is nothing to remove. */
export function remove(): Promise<void> {
  return Promise.resolve();
}

export { remove as delete };

/** A vault that was deleted by hand must be recovered; after its purge it must be created. */
export async function read(id: string, outputs: Properties): Promise<{ id: string; props: Properties }> {
  // A refresh must not fail because of this: the recorded value stays.
  const props = await looked(outputs).catch(() => undefined);
  return props === undefined ? { id, props: outputs } : { id: idAfter(id, props), props };
}

/**
 * Counts how often the vault was found soft-deleted, after a slash: a recovered one contains secrets that are in no stack's state. The count is
 * in the id because state of an earlier version has an id; a new output would be unknown in each preview.
 */
function idAfter(id: string, { createMode }: Properties): string {
  const [name = "", count = "0"] = id.split("/");
  return createMode === "recover" ? `${name}/${Number(count) + 1}` : id;
}

async function looked(known: Properties): Promise<Properties> {
  const { subscriptionId, location, vaultName: name } = known;
  const cloud = cloudOf(known.cloud, known.endpoints);
  const isDeleted = await isSoftDeleted(cloud, { subscriptionId, location, name }).catch(isListingRefused);
  return { ...known, createMode: isDeleted ? "recover" : "default" };
}

/** A role on the resource group does not list deleted vaults: if there is one, Azure refuses to create the vault, and the error explains it. */
function isListingRefused(error: unknown): boolean {
  if (error instanceof ApiError && error.status === 403) return false;
  throw error;
}
