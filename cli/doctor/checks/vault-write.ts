import { ApiError, type AzureApi } from "../../../azure/api";
import { present } from "../../../errors/failure";
import { az, command, run, sentence } from "../../../errors/fix";
import type { Check } from "../check";
import type { Facts } from "../facts";
import { failed, type Finding, ok } from "../finding";
import { allows, type HeldPermissions, heldAt, subscriptionsOf } from "../held-permissions";

const secrets = "Microsoft.KeyVault/vaults/secrets";
/** What storing a token takes. */
const needed = {
  "list secrets": `${secrets}/readMetadata/action`,
  "read secrets": `${secrets}/getSecret/action`,
  "store secrets": `${secrets}/setSecret/action`,
  "disable old versions": `${secrets}/update/action`,
};

/**
 * Asks Resource Manager instead of trying: a probe would be a change. So it sees a role at once, where the vault itself takes up to
 * 15 minutes; the consent waits for that.
 */
export const vaultWriteCheck: Check = {
  name: "vault-write",
  title: "Vault writable",
  needs: ["vault"],
  right: "Reader on the vault",
  look: async (facts) => {
    const uri = present(await facts.vaultUri(), "No vault is named, and the check before this one found it.");
    const { resourceManager: api, login } = await facts.access();
    const oid = present((await login()).oid, "The login's token names no object id.");
    const vault = await resourceOf(facts, api, uri);
    if (vault === undefined) {
      return failed(`could not tell: no subscription that this login sees has ${uri}`, [
        run("Name its subscription", command("export", "ARM_SUBSCRIPTION_ID=<subscription id>")),
        sentence("Ask for the role Reader on the vault"),
      ]);
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
  const assign = ["--role", "Key Vault Secrets Officer", "--assignee", oid, "--scope", id];
  return failed(
    `this login may not ${missing.join(", ")}; whoever only uses tokens needs no more`,
    run("Assign the role", az("role", "assignment", "create", ...assign)),
  );
}

/** A vault from before roles: its own policies decide. */
export function judgePolicies({ id, properties }: VaultResource, oid: string): Finding {
  const own = properties.accessPolicies?.find(({ objectId }) => objectId === oid)?.permissions.secrets ?? [];
  const held = own.map((one) => one.toLowerCase());
  const missing = ["list", "get", "set"].filter((one) => !held.includes(one) && !held.includes("all"));
  if (missing.length === 0) return ok("its access policies let this login list, read and store secrets");
  const name = id.slice(id.lastIndexOf("/") + 1);
  const permissions = ["--secret-permissions", "list", "get", "set"];
  return failed(
    `its access policies give this login itself no ${missing.join(", ")} on secrets (policies of groups are not looked at)`,
    run("Add them", az("keyvault", "set-policy", "--name", name, "--object-id", oid, ...permissions)),
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
