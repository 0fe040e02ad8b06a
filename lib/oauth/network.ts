/** MSAL's network module, replaced because MSAL's own supports no proxy. */
import { AuthError, type INetworkModule, type NetworkRequestOptions, type NetworkResponse } from "@azure/msal-node";
import * as v from "valibot";
import type { Cloud } from "../config/clouds";
import { HttpFailure } from "../http/http-failure";
import { sendJson } from "../http/json";
import { outageIn } from "./aadsts";
import { pipelineFor, requireAuthority, requireOwnEndpoints } from "./authority";
import { endpointsFixes } from "./remedies";
import { seconds } from "./token-request";

/** Properties that MSAL uses as text, unchecked: RFC 6749 5.1 and 5.2, OpenID Connect Discovery, Entra's own. */
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
/** Properties that MSAL converts to dates. */
const times = ["expires_in", "ext_expires_in", "refresh_in"] as const;
const answer = v.looseObject({
  ...v.entriesFromList(texts, v.optional(v.string())),
  ...v.entriesFromList(times, v.optional(seconds)),
});

async function send<Body>(
  cloud: Cloud,
  method: "GET" | "POST",
  url: string,
  { headers = {}, body = "" }: NetworkRequestOptions = {},
): Promise<NetworkResponse<Body>> {
  const form = method === "POST" ? body : undefined;
  try {
    requireAuthority(cloud, url);
    const asked = { service: "The authority", method, url, headers, form, fixes: endpointsFixes(cloud) };
    const response = await sendJson(pipelineFor(form), asked);
    const outage = outageIn(response.status, response.body);
    if (outage !== undefined) throw new AuthError(outage.error, "", outage.description);
    if (method === "GET") requireOwnEndpoints(cloud, response.body);
    return { status: response.status, headers: response.headers, body: response.as(answer) as Body };
  } catch (error) {
    // MSAL passes on only its own errors, and replaces the reason of any other error.
    if (error instanceof HttpFailure) throw Object.assign(new AuthError("network_error", ""), { cause: error });
    throw error;
  }
}

/** Sends secrets only to the authority, whatever discovery names. @throws AuthError with an HttpFailure as cause */
export const networkOf = (cloud: Cloud): INetworkModule => ({
  sendGetRequestAsync: async (url, options) => await send(cloud, "GET", url, options),
  sendPostRequestAsync: async (url, options) => await send(cloud, "POST", url, options),
});
