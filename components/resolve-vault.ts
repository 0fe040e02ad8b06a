/** Converts settings that describe a vault to arguments that include whether it exists, before anything is declared. */
import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import type { FoundVault } from "../lib/azure/find-vault";
import type { Cloud } from "../lib/config/clouds";
import { retentionDays as days } from "../lib/config/limits";

interface Described {
  name: string;
  resourceGroupName: string;
  location: string;
  createResourceGroup?: boolean;
  retentionDays?: number;
  diagnostics?: string;
}

/** Where a vault is, or what was found of the one that the stack makes. */
export type PlacedVault = { uri: string } | { found: FoundVault };

/** @returns undefined if there is none yet */
export const addressOf = (vault: PlacedVault): string | undefined => ("uri" in vault ? vault.uri : vault.found.uri);

/**
 * Looks up where the vault is: the first preview fails if its name is taken elsewhere, if the subscription is not registered for vaults,
 * if the resource group does not exist and the stack does not create it, or if there is no place for its audit log.
 * @param settings of a model; a vault that exists (`uri`) is managed by its owner, and stays as it is
 * @param opts with the azure-native provider of the stack
 * @throws Failure with the fix; CredentialError
 */
export async function resolveVault<Settings extends { vault: Described | { uri: string } }>(
  cloud: Cloud,
  settings: Settings,
  opts: pulumi.InvokeOptions,
): Promise<Settings & { vault: PlacedVault }> {
  const { vault } = settings;
  if ("uri" in vault) return { ...settings, vault };
  const { createResourceGroup = true, retentionDays = days.default, resourceGroupName, location, name } = vault;
  const { subscriptionId } = await authorization.getClientConfig(opts);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late: a stack with an existing vault does not need it
  const { findVault } = require("../lib/azure/find-vault") as typeof import("../lib/azure/find-vault");
  const place = { subscriptionId, resourceGroupName, location, name, retentionDays, groupExists: !createResourceGroup };
  const found = await findVault(cloud, place);
  if (vault.diagnostics !== undefined) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the same
    const lookup = require("../lib/azure/audit-log") as typeof import("../lib/azure/audit-log");
    await lookup.requireDestination(cloud, vault.diagnostics, location);
  }
  const told = warningOf(name, found);
  if (told !== undefined) await pulumi.log.warn(told);
  return { ...settings, vault: { ...vault, found } };
}

function warningOf(name: string, { state, publicNetworkAccess, refusal }: FoundVault): string | undefined {
  if (state === "deleted") return recoveryOf(name);
  if (state === "unknown") return `Whether vault ${name} is there cannot be told. ${refusal?.message ?? ""}`;
  if (publicNetworkAccess?.toLowerCase() !== "disabled") return undefined;
  return (
    `Vault ${name} is closed to the public network (publicNetworkAccess), by its owner or by a policy: only a private endpoint or a ` +
    "trusted network reaches it."
  );
}

export const recoveryOf = (name: string): string =>
  `Vault ${name} is soft-deleted: it is recovered, and then given the rules of this stack. The next preview shows its createMode ` +
  "go back to default: run pulumi up once more.";
