/** A client secret that was made a moment ago: not every server of Entra has it yet. */
import { retry } from "../azure/retry";
import { EntraError } from "../oauth/aadsts";
import { now } from "../startup/clock";

/** How long it may take. */
const replicationMilliseconds = 2 * 60_000;

/** Retries what a new client secret may fail at; a refused client leaves code and token unused. */
export async function onceSecretReplicated<T>(attempt: () => Promise<T>): Promise<T> {
  const isRetryable = (error: unknown) => error instanceof EntraError && error.aadsts === 7000215;
  return await retry({ deadline: now() + replicationMilliseconds, isRetryable }, attempt);
}
