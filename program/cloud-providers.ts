/** The explicit providers of a stack, made from its cloud's row so that their environment agrees with it. */
import type { AccessToken } from "@azure/identity";
import * as azuread from "@pulumi/azuread";
import { Provider as AzureNativeProvider } from "@pulumi/azure-native/provider";
import * as pulumi from "@pulumi/pulumi";
import { credentialError } from "../lib/azure/credential-error";
import type { Cloud } from "../lib/config/clouds";
import { az, byPerson, Failure, run, sentence, setSetting } from "../lib/errors/failure";
import { EntraError } from "../lib/oauth/aadsts";
import { claimsOf } from "../lib/oauth/claims";
import { discoverTenant } from "../lib/oauth/discovery";
import { requireWholeCredential } from "../lib/azure/deployer-variables";
import { textOf } from "../lib/errors/text";
import { tellEndpoints } from "../components/endpoints-told";
import { strangeKeys } from "./provider-keys";

export interface Connection {
  /** GUID. */
  tenantId: string;
  providers: { azuread: azuread.Provider; "azure-native": AzureNativeProvider };
}

/**
 * Finds the tenant, checks that it is in this cloud and that the deployer can sign in, and prints the result.
 * The providers get the tenant's GUID: naming the same tenant in another way changes nothing in the stack.
 * @param asked undefined: the tenant of ARM_TENANT_ID or of the deployer's sign-in, the subscription of ARM_SUBSCRIPTION_ID or `az account show`
 * @param known the tenant that the stack was deployed in; undefined before that
 * @throws Failure when the deployer's variables are incomplete; EntraError; CredentialError
 */
export async function connect(
  cloud: Cloud,
  asked: { tenantId?: string | undefined; subscriptionId?: string | undefined },
  environment: NodeJS.ProcessEnv,
  known?: string,
): Promise<Connection> {
  const { tenantId: tenant, subscriptionId } = asked;
  tellEndpoints(cloud);
  for (const parts of strangeKeys(pulumi.runtime.allConfig())) await pulumi.log.warn(textOf(parts));
  requireWholeCredential(environment, { tenant, subscription: subscriptionId });
  const { ARM_TENANT_ID, AZURE_TENANT_ID } = environment;
  const names = { "the setting tenantId": tenant, ARM_TENANT_ID, AZURE_TENANT_ID };
  const given = Object.entries(names).find(([, name]) => name);
  const [from, named = ""] = given ?? (await deployersTenant(cloud, environment));
  const tenantId = await discoverTenant(cloud, named).catch((failure: unknown) => {
    if (!(failure instanceof EntraError)) throw failure;
    const { error, aadsts, remedy, what, why = "", fixes } = failure;
    const whole = `${why} The tenant is named by ${from}.`.trimStart();
    throw new EntraError(error, aadsts, remedy, { what, why: whole, fixes });
  });
  // Checked before the providers are recorded: every refresh signs in to the recorded tenant.
  if (known !== undefined && known !== tenantId) throw elsewhere(known, tenantId, from);
  if (given !== undefined) {
    // The providers would report only the HTTP response of a failed sign-in. Every stack needs Graph.
    const what = `Signing in to tenant ${tenantId} in ${cloud.name} as the deployer`;
    await signIn(what, cloud, cloud.microsoftGraph, { ...environment, ARM_TENANT_ID: tenantId });
  }
  const domain = named.toLowerCase() === tenantId.toLowerCase() ? "" : ` (${named})`;
  await pulumi.log.info(`Tenant ${tenantId}${domain} in ${cloud.name}, from ${from}.`);
  return { tenantId, providers: providersOf(cloud, tenantId, subscriptionId) };
}

/** The credentials stay in ARM_* variables, since arguments of a provider would be stored in the state. */
function providersOf(cloud: Cloud, tenantId: string, subscriptionId: string | undefined): Connection["providers"] {
  const { providerEnvironment: environment, metadataHost } = cloud;
  // The provider would look up a custom authority in Microsoft's public cloud, which does not list it.
  const disableInstanceDiscovery = metadataHost === undefined ? undefined : true;
  const args = { environment, metadataHost, tenantId };
  return {
    azuread: new azuread.Provider("azuread", args),
    "azure-native": new AzureNativeProvider("azure-native", { ...args, disableInstanceDiscovery, subscriptionId }),
  };
}

const elsewhere = (known: string, tenantId: string, from: string): Failure =>
  new Failure(
    "deployer-tenant",
    `This stack is deployed in tenant ${known}, and this run is for tenant ${tenantId}, from ${from}: nothing of the stack is there.`,
    byPerson("Sign in to the stack's tenant, and name no other", az("login", "--tenant", known)),
    sentence("Another tenant has a stack of its own."),
  );

/** The tenant of the deployer's sign-in, by az login or as a managed identity. */
async function deployersTenant(cloud: Cloud, environment: NodeJS.ProcessEnv): Promise<[from: string, named: string]> {
  const asked = `Signing in to ${cloud.name} to find the deployer's tenant`;
  const token = await signIn(asked, cloud, cloud.resourceManager, environment);
  const { tid } = token === null ? {} : claimsOf(token.token);
  if (tid !== undefined) return ["the deployer's sign-in", tid];
  const fix = run("Name it", setSetting("tenantId", "<tenant>"));
  throw new Failure("deployer-tenant", `${asked} gave no token that names a tenant.`, fix);
}

async function signIn(
  asked: string,
  cloud: Cloud,
  service: string,
  environment: NodeJS.ProcessEnv,
): Promise<AccessToken | null> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late: it brings the sign-in library; import() would load a second copy
  const { azureCredential } = require("../lib/azure/credential") as typeof import("../lib/azure/credential");
  try {
    return await azureCredential(cloud, environment).getToken(`${service}/.default`);
  } catch (error) {
    throw credentialError(asked, undefined, error);
  }
}
