/** Looks up the vault that a stack creates. */
import { requireDestination } from "../../lib/azure/audit-log";
import { findVault } from "../../lib/azure/find-vault";
import type { FoundVault } from "../../lib/azure/key-vault";
import { resourceManager } from "../../lib/azure/resource-manager";
import { textOf } from "../../lib/errors/text";
import type { MadeVault } from "../../lib/config/combinations";
import { type Look, madeVaultOf } from "./look";

/** @throws CredentialError; Failure if its name is taken, or its registration, group or log destination is missing */
export async function resolveVault(
  look: Look,
  { createResourceGroup, diagnostics, ...vault }: MadeVault,
): Promise<FoundVault> {
  const { cloud, log } = look;
  const subscriptionId = await look.subscriptionId();
  if (subscriptionId === undefined) return { state: "unknown" };
  const { name, resourceGroupName, location, retentionDays } = vault;
  const made = madeVaultOf(look);
  const at = { subscriptionId, resourceGroupName, location };
  const place = { ...at, name, retentionDays, groupExists: !createResourceGroup, made };
  const live = await findVault(resourceManager(cloud), place);
  if (diagnostics !== undefined) await requireDestination(cloud, diagnostics, location);
  const warning = warningOf(name, live);
  if (warning !== undefined) await log.warn(warning);
  if (live.takenGroup !== undefined)
    await log.warn(`Unless an unfinished deployment of this stack made it: ${textOf(live.takenGroup)}`);
  return live;
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
