/** Rules for a vault that was just recovered: of the properties in a recovery's request Azure applies only the name. */
import type { Cloud } from "../config/clouds";
import { keyVaultVersion } from "./key-vault";
import { resourceManager } from "./resource-manager";

/** The properties that can be changed after a recovery, in Resource Manager's shape. */
export interface VaultRules {
  networkAcls: object;
  enableRbacAuthorization: boolean;
}

/** @param id resource id @throws ApiError, CredentialError */
export async function applyVaultRules(cloud: Cloud, id: string, properties: VaultRules): Promise<void> {
  await resourceManager(cloud).patch(`${id}?api-version=${keyVaultVersion}`, { properties });
}
