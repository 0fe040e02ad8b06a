import { ApiError, type AzureApi } from "../../../azure/api";
import type { Check } from "../check";
import type { Facts } from "../facts";
import { failed, type Finding, ok } from "../finding";
import { allows, type HeldPermissions, heldAt } from "../held-permissions";
import { subscriptionsOf } from "../subscriptions";

const secrets = "Microsoft.KeyVault/vaults/secrets";
/** What storing a token takes. */
const needed = {
  "list secrets": `${secrets}/readMetadata/action`,
  "read secrets": `${secrets}/getSecret/action`,
  "store secrets": `${secrets}/setSecret/action`,
  "disable old versions": `${secrets}/update/action`,
};

/**
 * Asks Resource Manager instead of trying: a probe would be a change. So it sees a role at once, where the vault itself may take 15
 * minutes to heed it; the consent waits for that.
 */
export const vaultWriteCheck: Check = {
  name: "vault-write",
  title: "Vault writable",
  needs: ["vault"],
  right: "Reader on the vault",
  look: async (facts) => {
    const uri = (await facts.vaultUri()) ?? "";
    const { oid = "" } = await (await facts.access()).login();
    const { resourceManager: api } = await facts.access();
    const vault = await resourceOf(facts, api, uri);
    if (vault === undefined) {
      return failed(
        `could not tell: no subscription that this login sees has ${uri}`,
        "Name its subscription (export ARM_SUBSCRIPTION_ID=…), or ask for the role Reader on the vault",
      );
    }
    if (vault.properties.enableRbacAuthorization !== true) return judgePolicies(vault, oid);
    return judgeWrite(await heldAt(api, vault.id), vault.id, oid);
  },
};

interface VaultResource {
  id: string;
  properties: {
    vaultUri?: string;
    enableRbacAuthorization?: boolean;
    accessPolicies?: { objectId: string; permissions: { secrets?: string[] } }[];
  };
}

export function judgeWrite(held: readonly HeldPermissions[], id: string, oid: string): Finding {
  const missing = Object.entries(needed)
    .filter(([, action]) => !allows(held, action, "data"))
    .map(([what]) => what);
  if (missing.length === 0) return ok("this login may list, read, store and disable secrets");
  const fix = `az role assignment create --role "Key Vault Secrets Officer" --assignee ${oid} --scope ${id}`;
  return failed(`this login may not ${missing.join(", ")}; whoever only uses tokens needs no more`, fix);
}

/** A vault from before roles: its own policies decide. */
export function judgePolicies({ id, properties }: VaultResource, oid: string): Finding {
  const own = properties.accessPolicies?.find(({ objectId }) => objectId === oid)?.permissions.secrets ?? [];
  const held = own.map((one) => one.toLowerCase());
  const missing = ["list", "get", "set"].filter((one) => !held.includes(one) && !held.includes("all"));
  if (missing.length === 0) return ok("its access policies let this login list, read and store secrets");
  const name = id.split("/").at(-1) ?? "";
  return failed(
    `its access policies give this login itself no ${missing.join(", ")} on secrets (policies of groups are not looked at)`,
    `az keyvault set-policy --name ${name} --object-id ${oid} --secret-permissions list get set`,
  );
}

async function resourceOf(facts: Facts, api: AzureApi, uri: string): Promise<VaultResource | undefined> {
  const subscriptions = await subscriptionsOf(facts.environment, api);
  for (const subscription of subscriptions) {
    const path = `/subscriptions/${subscription}/providers/Microsoft.KeyVault/vaults?api-version=2024-11-01`;
    const vaults = await api.list<VaultResource>(path).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 403) return [];
      throw error;
    });
    const found = vaults.find(({ properties }) => properties.vaultUri?.replace(/\/$/u, "") === uri);
    if (found !== undefined) return found;
  }
  return undefined;
}
