/** The vendor's HTTP client with a limit of its own for each attempt. */
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";

const timeoutMilliseconds = 30_000;
const client = createDefaultHttpClient();

/**
 * The client's own timer outlives a connection that was refused, and with it the whole command: half a minute after its error was
 * printed. This one keeps nobody waiting.
 */
export const httpClient: HttpClient = {
  sendRequest: async (request) => {
    request.abortSignal = AbortSignal.timeout(timeoutMilliseconds);
    return await client.sendRequest(request);
  },
};
