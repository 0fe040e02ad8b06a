/**
 * The network client for MSAL's requests to Entra: MSAL's own supports no proxy, and Node's fetch below it costs the command `token` a fifth
 * of its time: it compiles its HTTP parser in the background, and the process cannot end before that is done.
 */
import { AuthError, type INetworkModule, type NetworkRequestOptions, type NetworkResponse } from "@azure/msal-node";
import type { Pipeline } from "@azure/core-rest-pipeline";
import * as v from "valibot";
import { authorityOrigins, type Cloud } from "../config/clouds";
import { HttpFailure } from "../http/http-failure";
import { sendJson } from "../http/json";
import { brief, onceUnlessThrottled, pipelineOf } from "../http/policies";
import { linkAt } from "../http/same-origin";
import { endpointsFix } from "./remedies";

const manners = {
  GET: { ...brief, throttled: 6 },
  // An authorization code works once, so a lost response must not be retried here. A throttled request was not processed.
  POST: onceUnlessThrottled,
};
/** Made by the first request: commands that send none run whatever the proxy is. */
const pipelines: { GET?: Pipeline; POST?: Pipeline } = {};
/**
 * Properties that MSAL uses as text without a check: RFC 6749 sections 5.1 and 5.2, OpenID Connect Discovery, and Entra's own. Another
 * type there makes MSAL throw.
 */
const texts = [
  "access_token",
  "authorization_endpoint",
  "claims",
  "client_info",
  "correlation_id",
  "end_session_endpoint",
  "error",
  "error_description",
  "foci",
  "id_token",
  "issuer",
  "jwks_uri",
  "refresh_token",
  "scope",
  "suberror",
  "timestamp",
  "token_endpoint",
  "token_type",
  "trace_id",
] as const;
const answer = v.looseObject(v.entriesFromList(texts, v.optional(v.string())));

async function send<Body>(
  cloud: Cloud,
  method: "GET" | "POST",
  url: string,
  { headers = {}, body = "" }: NetworkRequestOptions = {},
): Promise<NetworkResponse<Body>> {
  const form = method === "POST" ? body : undefined;
  try {
    const home = authorityOrigins(cloud).find((one) => URL.parse(url)?.origin === one) ?? cloud.authority;
    linkAt(home, url, "The authority", "its tokens");
    const asked = { service: "The authority", method, url, headers, form, fixes: [endpointsFix] };
    const found = await sendJson((pipelines[method] ??= pipelineOf(manners[method])), asked);
    return { status: found.status, headers: found.headers, body: found.as(answer) as Body };
  } catch (error) {
    // MSAL passes on only its own errors; of any other error it replaces the reason.
    if (error instanceof HttpFailure) throw Object.assign(new AuthError("network_error", ""), { cause: error });
    throw error;
  }
}

/**
 * MSAL sends secrets and tokens wherever the authority's discovery leads; here they stay at the authority.
 * @throws AuthError with an {@link HttpFailure} as its cause when there is no response, or one of another server
 */
export const networkOf = (cloud: Cloud): INetworkModule => ({
  sendGetRequestAsync: async (url, options) => await send(cloud, "GET", url, options),
  sendPostRequestAsync: async (url, options) => await send(cloud, "POST", url, options),
});
