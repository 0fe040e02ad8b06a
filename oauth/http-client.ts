/** The vendor's HTTP client with a limit of its own for each attempt. */
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";

const timeoutMilliseconds = 30_000;
const client = createDefaultHttpClient();

/**
 * The client's own timer outlives a connection that was refused, and with it the whole command: half a minute after its error was
 * printed. This one keeps nobody waiting. It is on a copy of the request: on the request itself it would end the waits between attempts too,
 * and a service may ask for more than half a minute.
 */
export const httpClient: HttpClient = {
  sendRequest: async (request) =>
    await client.sendRequest({ ...request, abortSignal: AbortSignal.timeout(timeoutMilliseconds) }),
};
