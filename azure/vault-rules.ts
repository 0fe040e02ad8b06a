/** Rules for a vault that was just recovered: of the properties in a recovery's request Azure applies only the name. */
import * as v from "valibot";
import type { Cloud } from "../config/clouds";
import { Failure, run, setSetting } from "../errors/failure";
import { keyVaultVersion, resourceManager } from "./resource-manager";

/** The properties that can be changed after a recovery, in Resource Manager's shape, and the one that cannot. */
export interface VaultRules {
  networkAcls: object;
  enableRbacAuthorization: boolean;
  /** Days; fixed since the vault was first created. */
  softDeleteRetentionInDays: number;
}

const vaultShape = v.looseObject({
  properties: v.looseObject({ softDeleteRetentionInDays: v.optional(v.number()) }),
});

/** @param id resource id @throws Failure if its retention differs; ApiError, CredentialError */
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
