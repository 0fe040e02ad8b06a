/** Checks the principals that the settings name: a missing principal would end a deployment halfway. */
import { requireAccount } from "../../lib/application/directory";
import { wrongReader } from "../../lib/application/readers";
import { ApiError } from "../../lib/azure/api";
import { microsoftGraph } from "../../lib/azure/graph";
import type { LiveVault } from "../../lib/azure/key-vault";
import type { Settings } from "../../lib/config/combinations";
import type { Tags } from "../../lib/token/tags";
import { textOf } from "../../lib/errors/text";
import type { Look } from "./look";

/**
 * Skips an account that has consented, and only warns of readers of an existing vault: they may be gone by now, which
 * must not prevent a deployment, or turning off the protection.
 * @throws Failure with the setting
 */
export async function requirePrincipals(
  { cloud, tenantId, log }: Pick<Look, "cloud" | "tenantId" | "log">,
  { vault, consent: { account } }: Pick<Settings, "vault" | "consent">,
  found: Pick<LiveVault, "state"> | undefined,
  tags: Tags = {},
): Promise<void> {
  const graph = microsoftGraph(cloud, tenantId);
  try {
    const reader = "readers" in vault ? await wrongReader(graph, vault.readers) : undefined;
    if (reader !== undefined && found?.state !== "live") throw reader;
    if (reader !== undefined) await log.warn(textOf(reader));
    const hasConsented = tags["account-name"]?.toLowerCase() === account?.toLowerCase();
    if (account !== undefined && !hasConsented) await requireAccount(graph, account);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    await log.info(`Could not check the accounts that the settings name: ${error.what}`);
  }
}
