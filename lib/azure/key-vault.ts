/** The stack's vault in Resource Manager, by the version of docs/decisions/0022-one-version-of-key-vault.md. */
import type { Failure } from "../errors/failure";

export const keyVaultVersion = "2026-02-01";

/** The resource type that this program declares. */
export const vaultType = `azure-native:keyvault/v${keyVaultVersion.replaceAll("-", "")}:Vault`;

/** The stack's vault, before anything is declared. */
export interface LiveVault {
  /** "none": no vault that this login can access has the name; "unknown": the login may not read it. */
  state: "live" | "deleted" | "none" | "unknown";
  uri?: string;
}

/** The vault with what a preview reports of it. */
export interface FoundVault extends LiveVault {
  /** The public access of a live vault, as in Azure: "Enabled", "Disabled". */
  publicNetworkAccess?: string | undefined;
  refusal?: Failure;
  /** If there is no vault: why an existing resource group may not be this stack's. */
  takenGroup?: Failure;
}
