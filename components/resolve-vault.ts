/** Looks up where the vault is that a stack makes. */
import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { requireDestination } from "../lib/azure/audit-log";
import { findVault } from "../lib/azure/find-vault";
import type { FoundVault } from "../lib/azure/key-vault";
import { resourceManager } from "../lib/azure/resource-manager";
import { textOf } from "../lib/errors/text";
import type { Cloud } from "../lib/config/clouds";
import type { MadeVault } from "../lib/config/combinations";
import { madeVaultOf, type OwnState } from "./own-state";

/**
 * @param opts with the azure-native provider
 * @throws CredentialError; Failure if its name is taken, or its registration, group or log's place is missing
 */
export async function resolveVault(
  cloud: Cloud,
  { createResourceGroup, diagnostics, ...vault }: MadeVault,
  opts: pulumi.InvokeOptions,
  state?: OwnState,
): Promise<FoundVault> {
  const { subscriptionId } = await authorization.getClientConfig(opts);
  const { name, resourceGroupName, location, retentionDays } = vault;
  const made = state && madeVaultOf(state);
  const at = { subscriptionId, resourceGroupName, location };
  const place = { ...at, name, retentionDays, groupExists: !createResourceGroup, made };
  const found = await findVault(resourceManager(cloud), place);
  if (diagnostics !== undefined) await requireDestination(cloud, diagnostics, location);
  const warning = warningOf(name, found);
  if (warning !== undefined) await pulumi.log.warn(warning);
  if (found.takenGroup !== undefined)
    await pulumi.log.warn(`Unless an unfinished deployment of this stack made it: ${textOf(found.takenGroup)}`);
  return found;
}

function warningOf(name: string, { state, publicNetworkAccess, refusal }: FoundVault): string | undefined {
  if (state === "deleted") return recoveryOf(name);
  if (state === "unknown") return `Could not check whether vault ${name} exists. ${refusal?.message ?? ""}`;
  if (publicNetworkAccess?.toLowerCase() !== "disabled") return undefined;
  return (
    `Vault ${name} is closed to the public network (publicNetworkAccess), by its owner or by a policy: only a private endpoint or a ` +
    "trusted network reaches it."
  );
}

export const recoveryOf = (name: string): string =>
  `Vault ${name} is soft-deleted: this run recovers it, then applies the rules of this stack. The next preview shows its createMode ` +
  "go back to default: run pulumi up once more.";
