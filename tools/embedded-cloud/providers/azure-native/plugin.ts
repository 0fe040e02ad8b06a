/** The local azure-native plugin: a few of the real one's types, for an embedded cloud's Resource Manager. */
import {
  claimsOf,
  clientCredentials,
  discover,
  refuseUnfit,
  settingsOf,
  sleepIn,
  type Surroundings,
} from "../base/cloud";
import { azureNativeFederation, federation } from "../base/federation";
import type { Plugin } from "../base/plugin";
import { RestClient } from "../base/rest";
import type { Values } from "../base/values";
import { blobContainer } from "./blob-container";
import { blobServiceProperties } from "./blob-service-properties";
import { check } from "./check";
import { getClientConfig } from "./get-client-config";
import { diagnosticSetting } from "./diagnostic-setting";
import { explain, ResourceManager } from "./resource-manager";
import { managedIdentity } from "./managed-identity";
import { resourceGroup } from "./resource-group";
import { roleAssignment } from "./role-assignment";
import { storageAccount } from "./storage-account";
import { vault } from "./vault";

const headers = { accept: "application/json", "user-agent": "secure-application-model local azure-native plugin" };
const resources = [
  blobContainer,
  blobServiceProperties,
  diagnosticSetting,
  resourceGroup,
  roleAssignment,
  storageAccount,
  vault,
];
const apiVersionOf = (token: string): string => resources.find((one) => one.token === token)?.apiVersion ?? "";
/** Seconds before each further attempt; a hundredth of them without the real waits. */
const pauses = [20, 60, 120];
/** Outputs that do not change during the resource's existence. */
const stable = new Set(["location", "name"]);

export function azureNativePlugin(surroundings: Surroundings): Plugin<ResourceManager> {
  return {
    name: "azure-native",
    version: "3.28.0",
    resources,
    functions: [getClientConfig],
    secretConfig: ["clientId", "clientSecret"],
    checkConfig: () => undefined,
    configure: (config, cancelled) => connect(surroundings, config, cancelled),
    check: ({ token, properties }, values) => check(properties, values, apiVersionOf(token)),
    argument: (property) => property,
    marksDefaults: false,
    compares: "inputs",
    saysNothing: (_, value) => value === null,
    deletesBeforeReplace: true,
    keptInPreview: (output) => stable.has(output),
    inputsAfterRead: ({ token }, existing, found) =>
      resources.find((resource) => resource.token === token)?.inputsAfterRead(existing, found) ?? existing.inputs,
    explain,
  };
}

async function connect(surroundings: Surroundings, config: Values, cancelled: AbortSignal): Promise<ResourceManager> {
  const { environment } = surroundings;
  const settings = settingsOf(config, environment);
  const { clientId, clientSecret, subscriptionId } = settings;
  const assertion = federation(azureNativeFederation, environment);
  const isManagedIdentity = clientSecret === "" && assertion === undefined && settings.useMsi === "true";
  const proof = assertion === undefined ? (["clientSecret"] as const) : [];
  const needed = ["tenantId", "clientId", ...proof, "subscriptionId"] as const;
  refuseUnfit("azure-native", settings, isManagedIdentity ? [] : needed);
  if (subscriptionId === "")
    throw new Error("A Subscription ID must be configured when authenticating as a Managed Identity using MSI.");
  const { authority, microsoftGraph, resourceManager, resourceManagerAudience } = await discover(settings.metadataHost);
  const tokensFor = isManagedIdentity
    ? managedIdentity(environment, clientId)
    : (resource: string) => clientCredentials(authority, settings, resource, assertion);
  const sleep = sleepIn(surroundings, cancelled);
  const graphToken = tokensFor(microsoftGraph);
  const scale = environment["LOCAL_PROVIDERS_REAL_WAITS"] === "true" ? 1 : 100;
  const options = { headers, sleep, pauses: pauses.map((pause) => pause / scale) };
  const client = new RestClient({ ...options, token: tokensFor(resourceManagerAudience) });
  const account = { subscriptionId, claims: async () => claimsOf(await graphToken()) };
  return new ResourceManager(resourceManager, account, client, sleep);
}
