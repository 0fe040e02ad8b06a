/**
 * The network that MSAL speaks to Entra through: the one the vault's SDK uses, so that one set of proxy variables serves both.
 * MSAL's own knows no proxy, and Node's fetch below it costs the command `token` a fifth of its time: it compiles its HTTP parser
 * in the background, and the process cannot end before that is done.
 */
import { createHttpHeaders, createPipelineFromOptions, createPipelineRequest } from "@azure/core-rest-pipeline";
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from "@azure/msal-node";
import { httpClient } from "./http-client";

// A request may hold the client secret: it goes nowhere but where it was meant to.
const redirectOptions = { maxRetries: 0 };
const pipelines = {
  // A question may meet a connection that the other side has just closed.
  GET: createPipelineFromOptions({ redirectOptions, retryOptions: { maxRetries: 2, retryDelayInMs: 100 } }),
  // An authorization code works once: whether to try again is not for the network to decide.
  POST: createPipelineFromOptions({ redirectOptions, retryOptions: { maxRetries: 0 } }),
};

async function send<Body>(
  method: "GET" | "POST",
  url: string,
  { headers = {}, body = "" }: NetworkRequestOptions = {},
): Promise<NetworkResponse<Body>> {
  const request = createPipelineRequest({
    method,
    url,
    headers: createHttpHeaders(headers),
    ...(method === "POST" ? { body } : {}),
  });
  const response = await pipelines[method].sendRequest(httpClient, request);
  // MSAL takes what is no JSON for an authority that cannot be reached.
  const answer = JSON.parse(response.bodyAsText ?? "") as Body;
  return { status: response.status, headers: response.headers.toJSON(), body: answer };
}

/** @throws RestError when there is no answer; MSAL turns it into an error of its own */
export const network: INetworkModule = {
  sendGetRequestAsync: async (url, options) => await send("GET", url, options),
  sendPostRequestAsync: async (url, options) => await send("POST", url, options),
};
