/** A vault that was just recovered: of what the recovery's request said Azure took nothing but the name. */
import * as v from "valibot";
import type { Cloud } from "../config/clouds";
import { Failure, run, setSetting } from "../errors/failure";
import { keyVaultVersion, resourceManager } from "./resource-manager";

/** What can be changed after a recovery, as Resource Manager takes it, and what cannot. */
export interface VaultRules {
  networkAcls: object;
  enableRbacAuthorization: boolean;
  /** Days; fixed since the vault was first made. */
  softDeleteRetentionInDays: number;
}

const vaultShape = v.looseObject({
  properties: v.looseObject({ softDeleteRetentionInDays: v.optional(v.number()) }),
});

/** @param id resource id @throws Failure when its retention is another one; ApiError, CredentialError */
export async function applyVaultRules(cloud: Cloud, id: string, rules: VaultRules): Promise<void> {
  const { softDeleteRetentionInDays: wanted, ...properties } = rules;
  const api = resourceManager(cloud);
  const path = `${id}?api-version=${keyVaultVersion}`;
  await api.patch(path, { properties });
  const vault = await api.get<{ properties: { softDeleteRetentionInDays?: number } }>(path, vaultShape);
  const { softDeleteRetentionInDays: kept = wanted } = vault.properties;
  if (kept === wanted) return;
  throw new Failure(
    "vault-retention",
    `Vault ${id.slice(id.lastIndexOf("/") + 1)} was recovered and keeps its retention of ${kept} days, where ${wanted} are set: it is fixed once a vault exists.`,
    run("Set what it has, then deploy again", setSetting("vault.retentionDays", String(kept))),
  );
}
