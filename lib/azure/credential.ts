/** This process's identity for Azure and the vault: a deployer, job or script, never the application. */
import type { HttpClient, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import type { AccessToken, DefaultAzureCredential, TokenCredential } from "@azure/identity";
import type { Cloud } from "../config/clouds";
import { Failure } from "../errors/failure";
import { httpClient, isLoopback, secretParameters } from "../http/client";
import { parsed } from "../http/json";
import { limits } from "../http/limits";
import { withoutRepeats } from "../http/policies";
import { entraError, outageIn } from "../oauth/aadsts";
import { pipelineFor, requireAuthority, requireOwnEndpoints } from "../oauth/authority";
import { ClientCredential } from "./client-credential";
import { azureVariable } from "./deployer-variables";
import { oidcToken } from "./oidc-token";

/** A service principal or federated identity from ARM_* or AZURE_* variables, else the machine's own identity. */
export function azureCredential(cloud: Cloud, environment: NodeJS.ProcessEnv = process.env): TokenCredential {
  const variable = (name: string) => azureVariable(environment, name);
  const [tenantId, clientId, clientSecret] = [variable("TENANT_ID"), variable("CLIENT_ID"), variable("CLIENT_SECRET")];
  if (tenantId && clientId) {
    if (clientSecret) return new ClientCredential(cloud, { tenantId, clientId, clientSecret });
    const clientAssertion = oidcToken(cloud, environment);
    if (clientAssertion) return new ClientCredential(cloud, { tenantId, clientId, clientAssertion });
  }
  return machineCredential(cloud, tenantId);
}

/** DefaultAzureCredential, with this project's own rules on where sign-ins go and how often. */
function machineCredential(cloud: Cloud, tenantId: string | undefined): TokenCredential {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would be asynchronous
  const identity = require("./vendor-identity") as typeof import("./vendor-identity.js");
  /** The failure, kept here because the vendor's error has only its text. */
  let failure: Failure | undefined;
  const client: HttpClient = {
    sendRequest: async (request) => {
      const form = formOf(request);
      if (form === undefined && !isDiscovery(request)) return await httpClient.sendRequest(request);
      try {
        return await ask(cloud, request, form);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failure = error;
        // MSAL passes on only its own errors. This name stops the chain from trying a stranger's credential.
        throw Object.assign(new identity.AuthError("network_error", "", error.what), { name: "AuthenticationError" });
      }
    },
  };
  class MachineCredential extends identity.DefaultAzureCredential {
    override async getToken(...asked: Parameters<DefaultAzureCredential["getToken"]>): Promise<AccessToken> {
      failure = undefined;
      return await super.getToken(...asked).catch((error: unknown) => {
        throw failure ?? error;
      });
    }
  }
  return new MachineCredential({
    httpClient: client,
    redirectOptions: withoutRepeats.redirectOptions,
    processTimeoutInMs: limits.attempt,
    authorityHost: cloud.authority,
    // A custom authority is not in Microsoft's list of instances.
    disableInstanceDiscovery: isLoopback(cloud.authority),
    ...(tenantId ? { tenantId } : {}),
  });
}

const isDiscovery = ({ method, url }: PipelineRequest): boolean =>
  method === "GET" && new URL(url).pathname.endsWith("/.well-known/openid-configuration");

/** The form of a request with a secret; undefined for every other request, such as a managed identity's. */
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
