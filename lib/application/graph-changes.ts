/** Changes in Microsoft Graph are recorded before they are requested, and waited for until servers agree. */
import { ApiError, type AzureApi, isRefused, onStatus } from "../azure/api";
import { retry } from "../azure/retry";
import { now } from "../startup/clock";
import { findServicePrincipalOf } from "./applications";
import { identified } from "./directory";

/**
 * Records a change, then requests it. A refusal takes the record back; a lost response leaves it as ours.
 * @param record what this program added there and may remove again
 */
export async function noting<R extends object, T>(record: R, change: Partial<R>, ask: () => Promise<T>): Promise<T> {
  const before = structuredClone(record);
  Object.assign(record, change);
  try {
    return await ask();
  } catch (error) {
    if (isRefused(error)) Object.assign(record, before);
    throw error;
  }
}

/** A deletion's result: an object that no longer exists counts as removed. */
export const ifGone = onStatus(undefined, 404);

/** Repeats for as long as other servers of Graph may not show what was just created or changed. */
export const replicated = <T>(
  waitsFor: string,
  isRetryable: (error: unknown) => boolean,
  attempt: () => Promise<T>,
): Promise<T> => retry({ waitsFor, deadline: now() + 60_000, isRetryable }, attempt);

export const principalToAppear = "the service principal to appear in Microsoft Graph";

/** @returns the object id of an application's service principal @throws missing if there is none */
export const awaitServicePrincipal = (graph: AzureApi, clientId: string, missing: unknown): Promise<string> =>
  replicated(
    principalToAppear,
    (error) => error === missing,
    async () => {
      const principal = await findServicePrincipalOf(graph, clientId);
      if (principal === undefined) throw missing;
      return principal.id;
    },
  );

/** If the response is lost, the repeated request is refused because the principal exists: it is then ours. */
export async function makeServicePrincipal(graph: AzureApi, clientId: string): Promise<string> {
  try {
    return (await graph.post("/v1.0/servicePrincipals", { appId: clientId }, identified)).id;
  } catch (refusal) {
    if (!(refusal instanceof ApiError && refusal.status === 409)) throw refusal;
    return await awaitServicePrincipal(graph, clientId, refusal);
  }
}
