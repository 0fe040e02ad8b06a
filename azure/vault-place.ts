/** Where the vault that a stack makes is now, asked before anything is declared: made the wrong way, it would leave half a stack. */
import type { Cloud } from "../config/clouds";
import { ApiError, AzureApi } from "./api";
import { azureCredential } from "./credential";
import { type DeletedPlace, isDeletedIn, keyVaultVersion } from "./deleted-vaults";

export interface VaultPlace extends DeletedPlace {
  resourceGroupName: string;
}

export interface FoundVault {
  /** "none": no vault that this login sees has the name; "unknown": it may not look. */
  state: "live" | "deleted" | "none" | "unknown";
  /** A live one's, as Azure writes it: "Enabled", "Disabled". */
  publicNetworkAccess?: string | undefined;
  /** Why it is unknown. */
  refusal?: ApiError;
}

interface Vault {
  id: string;
  name: string;
  properties: { publicNetworkAccess?: string };
}

/**
 * @throws ApiError for every refusal but a missing right; CredentialError
 */
export async function findVault(cloud: Cloud, place: VaultPlace): Promise<FoundVault> {
  const { name } = place;
  const api = new AzureApi("Resource Manager", cloud.resourceManager, azureCredential(cloud));
  const path = `${groupId(place)}/providers/Microsoft.KeyVault/vaults/${name}?api-version=${keyVaultVersion}`;
  try {
    const vault = await api.get<Vault>(path).catch(absent);
    if (typeof vault === "object") return { state: "live", publicNetworkAccess: vault.properties.publicNetworkAccess };
    if (await isDeletedIn(api, place)) return { state: "deleted" };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    return { state: "unknown", refusal: error };
  }
  return { state: "none" };
}

const groupId = ({ subscriptionId, resourceGroupName }: VaultPlace): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`;

/** The code of a 404: what of the path is not there. */
function absent(error: unknown): string {
  if (error instanceof ApiError && error.status === 404) return error.serviceCode;
  throw error;
}
