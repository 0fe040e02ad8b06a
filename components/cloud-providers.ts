/** The explicit providers of a stack, made from its cloud's row, so that their environment cannot disagree with it. */
import * as azuread from "@pulumi/azuread";
import { Provider as AzureNativeProvider } from "@pulumi/azure-native/provider";
import type { Cloud } from "../config/clouds";
import { discoverTenant } from "../oauth/discovery";

export interface CloudProviders {
  azuread: azuread.Provider;
  "azure-native": AzureNativeProvider;
}

/**
 * @param tenantId GUID; undefined: the deployer's own tenant
 *
 * The deployer's credentials stay in ARM_* variables: arguments of a provider live in state, and a refresh configures from there.
 */
function cloudProviders(cloud: Cloud, tenantId: string | undefined): CloudProviders {
  const args = {
    environment: cloud.providerEnvironment,
    ...(cloud.metadataHost === undefined ? {} : { metadataHost: cloud.metadataHost }),
    ...(tenantId === undefined ? {} : { tenantId }),
  };
  return {
    azuread: new azuread.Provider("azuread", args),
    "azure-native": new AzureNativeProvider("azure-native", args),
  };
}

/** The tenant of a stack and the providers to reach it with. */
export interface Connection {
  /** GUID. */
  tenantId: string;
  providers: CloudProviders;
}

/**
 * Finds the tenant and proves that it lives in this cloud before any resource is declared.
 * @param tenant GUID or domain; undefined: the deployer's tenant, from ARM_TENANT_ID or its sign-in
 * @throws EntraError when the tenant lives elsewhere
 */
export async function connect(
  cloud: Cloud,
  tenant: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Connection> {
  const named = tenant ?? environment["ARM_TENANT_ID"] ?? environment["AZURE_TENANT_ID"];
  if (named) {
    const tenantId = await discoverTenant(cloud, named);
    return { tenantId, providers: cloudProviders(cloud, tenantId) };
  }
  const providers = cloudProviders(cloud, undefined);
  const deployer = await azuread.getClientConfig({ provider: providers.azuread });
  return { tenantId: await discoverTenant(cloud, deployer.tenantId), providers };
}
