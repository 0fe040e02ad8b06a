/** The explicit providers of a stack, made from its cloud's row, so that their environment cannot disagree with it. */
import * as azuread from "@pulumi/azuread";
import { Provider as AzureNativeProvider } from "@pulumi/azure-native/provider";
import * as pulumi from "@pulumi/pulumi";
import { credentialError } from "../azure/credential-error";
import type { Cloud } from "../config/clouds";
import { claimsOf } from "../oauth/claims";
import { discoverTenant } from "../oauth/discovery";

export interface CloudProviders {
  azuread: azuread.Provider;
  "azure-native": AzureNativeProvider;
}

/** The deployer's credentials stay in ARM_* variables: arguments of a provider live in state, and a refresh configures from there. */
function cloudProviders(cloud: Cloud, tenantId: string): CloudProviders {
  const args = {
    environment: cloud.providerEnvironment,
    ...(cloud.metadataHost === undefined ? {} : { metadataHost: cloud.metadataHost }),
    tenantId,
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
 * Finds the tenant, proves that it lives in this cloud before any resource is declared, and says which one it is and how it was found.
 * However it is named, the providers get its GUID: another way to name the same tenant changes nothing in the stack.
 * @param tenant GUID or domain; undefined: the deployer's tenant, from ARM_TENANT_ID or its sign-in
 * @throws EntraError when the tenant lives elsewhere; CredentialError when nothing names it and the deployer has no sign-in
 */
export async function connect(
  cloud: Cloud,
  tenant: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Connection> {
  const { named, from } = await nameOfTenant(cloud, tenant, environment);
  const tenantId = await discoverTenant(cloud, named);
  const domain = named.toLowerCase() === tenantId.toLowerCase() ? "" : ` (${named})`;
  await pulumi.log.info(`Tenant ${tenantId}${domain} in ${cloud.name}, from ${from}.`);
  return { tenantId, providers: cloudProviders(cloud, tenantId) };
}

/** What names the tenant: the first of these that is there. */
async function nameOfTenant(
  cloud: Cloud,
  setting: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<{ named: string; from: string }> {
  if (setting) return { named: setting, from: "the setting tenantId" };
  for (const variable of ["ARM_TENANT_ID", "AZURE_TENANT_ID"]) {
    const named = environment[variable];
    if (named) return { named, from: variable };
  }
  return { named: await deployersTenant(cloud, environment), from: "the deployer's sign-in" };
}

/** The tenant that the deployer is signed in to, by az login or as a managed identity. */
async function deployersTenant(cloud: Cloud, environment: NodeJS.ProcessEnv): Promise<string> {
  // Loaded late: it brings the sign-in library, and hardly any stack needs it here.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would load a second copy
  const { azureCredential } = require("../azure/credential") as typeof import("../azure/credential");
  const asked = `Signing in to ${cloud.name} to find the deployer's tenant`;
  const signIn = async () => {
    try {
      return await azureCredential(cloud, environment).getToken(`${cloud.resourceManager}/.default`);
    } catch (error) {
      throw credentialError(asked, "discovery", error);
    }
  };
  const token = await signIn();
  const { tid } = token === null ? {} : claimsOf(token.token);
  if (tid !== undefined) return tid;
  throw new Error(
    `${asked} gave no token that names a tenant. Name it: pulumi config set secure-application-model:tenantId <tenant>`,
  );
}
