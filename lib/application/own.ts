/** The application that a stack made, found by the identifier URI that follows from the stack's name. */
import * as v from "valibot";
import type { AzureApi } from "../azure/api";
import { type Application, deletedItems, findApplicationIdentifiedBy } from "./applications";

const domainShape = v.object({
  id: v.string(),
  isVerified: v.boolean(),
  isDefault: v.optional(v.boolean(), false),
});

/** The tenant's verified domains, its default one first. */
export async function verifiedDomains(graph: AzureApi): Promise<string[]> {
  const all = (await graph.list("/v1.0/domains", domainShape)).filter(({ isVerified }) => isVerified);
  return all.toSorted((one, other) => Number(other.isDefault) - Number(one.isDefault)).map(({ id }) => id);
}

/** The stack's application, on any of the domains: the default may have changed. @param unique of identifierIn() */
export async function findOwn(graph: AzureApi, unique: string): Promise<Application | undefined> {
  const domains = await verifiedDomains(graph);
  const applications = domains.map((id) => findApplicationIdentifiedBy(graph, `https://${id}/${unique}`));
  return (await Promise.all(applications)).find((one) => one !== undefined);
}

/** Whether an application has that stack's identifier URI. */
export const isIdentifiedBy = ({ identifierUris }: Pick<Application, "identifierUris">, unique: string): boolean =>
  identifierUris.some((uri) => uri.endsWith(`/${unique}`));

/**
 * Whether Entra shows an application as a stack's, or the stack's setting names it: a state could name anybody's.
 * @param existing the setting's id; "" if there is none
 */
export const isOwned = (
  { id, appId, ...shown }: Pick<Application, "id" | "appId" | "identifierUris">,
  existing: string,
  ...uniques: string[]
): boolean => [id, appId].includes(existing.toLowerCase()) || uniques.some((one) => isIdentifiedBy(shown, one));

const deletedShape = v.object({ appId: v.string(), identifierUris: v.array(v.string()), deletedDateTime: v.string() });

/** The stack's newest deleted application that can be restored. */
export async function findDeletedOwn(
  graph: AzureApi,
  unique: string,
): Promise<v.InferOutput<typeof deletedShape> | undefined> {
  const all = await graph.list(`${deletedItems}/microsoft.graph.application`, deletedShape);
  const own = all.filter((one) => isIdentifiedBy(one, unique));
  return own.toSorted((one, other) => other.deletedDateTime.localeCompare(one.deletedDateTime))[0];
}
