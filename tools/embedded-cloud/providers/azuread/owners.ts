/** Owners of objects that the plugin creates. */
import { isGone } from "../base/rest";
import { text, texts, type Values } from "../base/values";
import type { Graph } from "./graph";

/** The maximum number of owners in the request that creates an object. */
const ownersAtCreation = 20;

/** Owners to create an object with: the caller first, because only an owner may finish the creation. */
export const initialOwners = (graph: Graph, wanted: readonly string[]): string[] =>
  [graph.caller.objectId, ...others(graph, wanted)].slice(0, ownersAtCreation);

const others = ({ caller }: Graph, wanted: readonly string[]): string[] =>
  wanted.filter((id) => id.toLowerCase() !== caller.objectId.toLowerCase());

export const ownersIn = (inputs: Values): string[] => texts(inputs["owners"]);

/**
 * Sets the declared owners of a new object. If there are none, the creator is removed, too.
 * @param path of the object in Graph.
 */
export async function settleOwners(graph: Graph, path: string, wanted: readonly string[]): Promise<void> {
  for (const id of others(graph, wanted).slice(ownersAtCreation - 1)) await addOwner(graph, path, id);
  const keepsCaller = others(graph, wanted).length < wanted.length;
  if (!keepsCaller) await graph.delete(`${path}/owners/${graph.caller.objectId}/$ref`);
}

/** Adds before it removes, so that the owner who makes the change is not removed first. */
export async function changeOwners(graph: Graph, path: string, wanted: readonly string[]): Promise<void> {
  const present = (await graph.list(`${path}/owners`)).map(({ id }) => text(id));
  for (const id of wanted.filter((owner) => !present.includes(owner))) await addOwner(graph, path, id);
  for (const id of present.filter((owner) => !wanted.includes(owner))) await removeOwner(graph, path, id);
}

async function addOwner(graph: Graph, path: string, id: string): Promise<void> {
  await graph.post(`${path}/owners/$ref`, { "@odata.id": graph.reference(id) });
}

async function removeOwner(graph: Graph, path: string, id: string): Promise<void> {
  try {
    await graph.delete(`${path}/owners/${id}/$ref`);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
