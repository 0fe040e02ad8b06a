import * as v from "valibot";
import type { Cloud } from "../config/clouds";
import { az, type Command, command } from "../errors/failure";
import { ApiError, AzureApi } from "./api";
import { azureCredential } from "./credential";
import { keyVaultVersion } from "./key-vault";

export const roleAssignmentVersion = "2022-04-01";

export const resourceManager = (cloud: Cloud): AzureApi =>
  new AzureApi("Resource Manager", cloud.resourceManager, azureCredential(cloud));

/** The id of the given subscription; without one, the ids of all that the login can access. */
export async function subscriptionsOf(named: string | undefined, api: AzureApi): Promise<string[]> {
  if (named !== undefined) return [named];
  const all = await api.list("/subscriptions?api-version=2022-12-01", v.looseObject({ subscriptionId: v.string() }));
  return all.map(({ subscriptionId }) => subscriptionId);
}

export const groupIdOf = (place: { subscriptionId: string; resourceGroupName: string }): string =>
  `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroupName}`;

export const vaultIdOf = (place: Parameters<typeof groupIdOf>[0], name: string): string =>
  `${groupIdOf(place)}/providers/Microsoft.KeyVault/vaults/${name}`;

/** Key Vault and Storage REST, "Check Name Availability": whether a name is free in the whole cloud. */
export async function nameAvailability(
  api: AzureApi,
  subscriptionId: string,
  type: "Microsoft.KeyVault/vaults" | "Microsoft.Storage/storageAccounts",
  version: string,
  name: string,
): Promise<v.InferOutput<typeof availability>> {
  const [namespace] = type.split("/");
  const path = `/subscriptions/${subscriptionId}/providers/${namespace}/checkNameAvailability?api-version=${version}`;
  return await api.post(path, { name, type }, availability);
}

const availability = v.looseObject({
  nameAvailable: v.boolean(),
  reason: v.optional(v.string()),
  message: v.nullish(v.string(), ""),
});

export const findGroup = async (api: AzureApi, id: string): Promise<{ location: string } | undefined> =>
  await api.find(`${id}?api-version=2021-04-01`, v.looseObject({ location: v.string() }));

const listed = v.looseObject({
  id: v.string(),
  name: v.string(),
  properties: v.looseObject({ vaultUri: v.nullish(v.string(), "") }),
});
type ListedVault = v.InferOutput<typeof listed>;

/** The first vault that matches. @param passes whether to skip a subscription whose list is refused */
export async function findVaultIn(
  api: AzureApi,
  subscriptions: readonly string[],
  fits: (vault: ListedVault) => boolean,
  passes: (refusal: ApiError) => boolean,
): Promise<ListedVault | undefined> {
  for (const subscription of subscriptions) {
    const path = `/subscriptions/${subscription}/providers/Microsoft.KeyVault/vaults?api-version=${keyVaultVersion}`;
    const vaults = await api.list(path, listed).catch((error: unknown): ListedVault[] => {
      if (error instanceof ApiError && passes(error)) return [];
      throw error;
    });
    const vault = vaults.find(fits);
    if (vault !== undefined) return vault;
  }
  return undefined;
}

/** Finds a vault in all subscriptions of this login; a subscription that cannot be read counts as without it. */
export async function findVaultAnywhere(
  api: AzureApi,
  fits: (vault: ListedVault) => boolean,
): Promise<ListedVault | undefined> {
  return await findVaultIn(api, await subscriptionsOf(undefined, api), fits, () => true);
}

export const useSubscription = (id = "<subscription id>"): Command => command("export", `ARM_SUBSCRIPTION_ID=${id}`);

export const assignRole = (role: string, objectId: string, scope: string): Command =>
  az("role", "assignment", "create", "--role", role, "--assignee", objectId, "--scope", scope);
