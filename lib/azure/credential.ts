/** This process's own identity for Azure and the vault: that of the deployer, the renewal job or a script. Never the created application. */
import type { AccessToken, DefaultAzureCredential, TokenCredential } from "@azure/identity";
import type { Cloud } from "../config/clouds";
import { isLoopback } from "../http/client";
import { limits } from "../http/limits";
import { withoutRepeats } from "../http/policies";
import { authorityClient } from "./authority-client";
import { ClientCredential } from "./client-credential";
import { azureVariable } from "./deployer-variables";
import { oidcToken } from "./oidc-token";

/** From ARM_* or AZURE_* variables (service principal, federated identity), otherwise what DefaultAzureCredential finds. */
export function azureCredential(cloud: Cloud, environment: NodeJS.ProcessEnv = process.env): TokenCredential {
  const variable = (name: string) => azureVariable(environment, name);
  const [tenantId, clientId, clientSecret] = [variable("TENANT_ID"), variable("CLIENT_ID"), variable("CLIENT_SECRET")];
  if (tenantId && clientId) {
    if (clientSecret) return new ClientCredential(cloud, { tenantId, clientId, clientSecret });
    const clientAssertion = oidcToken(cloud, environment);
    if (clientAssertion) return new ClientCredential(cloud, { tenantId, clientId, clientAssertion });
  }
  // Loaded late: it is the slowest import of all.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would be asynchronous, and load a second copy
  const identity = require("@azure/identity") as typeof import("@azure/identity");
  const client = authorityClient(cloud);
  /** The vendor keeps no more than the text of an error. */
  class MachineCredential extends identity.DefaultAzureCredential {
    override async getToken(...asked: Parameters<DefaultAzureCredential["getToken"]>): Promise<AccessToken> {
      client.failure = undefined;
      return await super.getToken(...asked).catch((error: unknown) => {
        throw client.failure ?? error;
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
