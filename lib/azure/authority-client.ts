/** The HTTP client of the vendor's credentials: where they send what signs in, and how often, is as it is for this project's own. */
import type { HttpClient, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import { AuthError } from "@azure/msal-node";
import type { Cloud } from "../config/clouds";
import { Failure } from "../errors/failure";
import { httpClient, secretParameters } from "../http/client";
import { parsed } from "../http/json";
import { entraError, outageIn } from "../oauth/aadsts";
import { pipelineFor, requireAuthority, requireOwnEndpoints } from "../oauth/authority";

export interface AuthorityClient extends HttpClient {
  /** Why the last request of a credential had no usable answer. */
  failure: Failure | undefined;
}

export function authorityClient(cloud: Cloud): AuthorityClient {
  const client: AuthorityClient = {
    failure: undefined,
    sendRequest: async (request) => {
      const form = formOf(request);
      if (form === undefined && !isDiscovery(request)) return await httpClient.sendRequest(request);
      try {
        return await ask(cloud, request, form);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        client.failure = error;
        // MSAL passes on only its own errors. After one of this name no other credential is tried, which may be somebody else's.
        throw Object.assign(new AuthError("network_error", "", error.what), { name: "AuthenticationError" });
      }
    },
  };
  return client;
}

const isDiscovery = ({ method, url }: PipelineRequest): boolean =>
  method === "GET" && new URL(url).pathname.endsWith("/.well-known/openid-configuration");

/** The form of a request that signs in: a managed identity's token is asked for without a secret. */
function formOf({ method, body }: PipelineRequest): string | undefined {
  if (method !== "POST" || typeof body !== "string") return undefined;
  const form = new URLSearchParams(body);
  return secretParameters.some((name) => form.has(name)) ? body : undefined;
}

async function ask(cloud: Cloud, request: PipelineRequest, form: string | undefined): Promise<PipelineResponse> {
  if (form !== undefined) requireAuthority(cloud, request.url);
  const response = await pipelineFor(form).sendRequest(httpClient, request);
  const body = parsed(response.bodyAsText);
  const outage = outageIn(response.status, body);
  if (outage !== undefined) throw entraError("Asking Entra for a token", outage.error, outage.description);
  if (form === undefined) requireOwnEndpoints(cloud, body);
  return response;
}
