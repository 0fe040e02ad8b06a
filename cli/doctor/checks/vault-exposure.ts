/** What a vault leaves to its owner: whether anybody can tell later who read it, and from where it can be reached. Warnings alone. */
import { ApiError } from "../../../lib/azure/api";
import { auditDestinations } from "../../../lib/azure/audit-log";
import { auditGroup } from "../../../lib/azure/diagnostics";
import { az, byPerson, type Fix, pulumi, run, sentence, setSetting } from "../../../lib/errors/failure";
import { check, deployAgain, type Finding, ok, skipped, warning } from "../check";
import type { Facts, VaultResource } from "../facts";

/** Never ok: nobody has looked. */
const unseen = (why: string): Finding =>
  skipped(`not checked: ${why}`, sentence("Ask for the role Reader on the vault"));

const elsewhere = unseen("no subscription that this login can access has the vault");

export const vaultAuditCheck = check("vault-audit", "Audit log of the vault", ["vault"], {
  look: async (facts) => {
    const vault = await facts.vaultResource();
    if (vault === undefined) return elsewhere;
    try {
      const destinations = await auditDestinations(await facts.resourceManager(), vault.id);
      return judgeAudit(destinations, vault, await facts.vaultSettings());
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 403) throw error;
      return unseen("this login may not read the vault's diagnostic settings");
    }
  },
});

/** Of the stack's own vault, or of one that exists; empty without a stack. */
type Settings = Awaited<ReturnType<Facts["vaultSettings"]>>;

/** Its owner's, the next deployment's, or a setting that is still missing. */
function waysTo(settings: Settings, name: "diagnostics" | "networkRules", byOwner: Fix, bySetting: Fix): Fix {
  if (!("name" in settings)) return byOwner;
  return settings[name] === undefined ? bySetting : deployAgain;
}

/** @param destinations resource ids */
export function judgeAudit(destinations: readonly string[], { id }: VaultResource, settings: Settings): Finding {
  /** Its kind and name: workspaces/audit. */
  const shortened = (one: string): string => one.split("/").slice(-2).join("/");
  if (destinations.length > 0) return ok(`goes to ${destinations.map(shortened).join(" and ")}`);
  const logs = JSON.stringify([{ categoryGroup: auditGroup, enabled: true }]);
  const setting = ["--name", auditGroup, "--resource", id, "--workspace", "<workspace id>", "--logs", logs];
  const byOwner = run(
    "Its owner sends it to a Log Analytics workspace",
    az("monitor", "diagnostic-settings", "create", ...setting),
  );
  const bySetting = run(
    "Name a Log Analytics workspace, or a storage account in the vault's region",
    setSetting("vault.diagnostics", "<resource id>"),
    pulumi("up"),
  );
  return warning(
    "goes nowhere: who reads or changes a secret is recorded nowhere",
    waysTo(settings, "diagnostics", byOwner, bySetting),
  );
}

export const vaultNetworkCheck = check("vault-network", "Network of the vault", ["vault"], {
  look: async (facts) => {
    const vault = await facts.vaultResource();
    return vault === undefined ? elsewhere : judgeNetwork(vault, await facts.vaultSettings());
  },
});

export function judgeNetwork({ id, properties }: VaultResource, settings: Settings): Finding {
  const { publicNetworkAccess = "Enabled", networkAcls } = properties;
  if (publicNetworkAccess.toLowerCase() !== "enabled")
    return ok(`closed to the public network (${publicNetworkAccess})`);
  if (networkAcls?.defaultAction?.toLowerCase() === "deny") return ok("closed to all but the networks of its rules");
  const name = id.slice(id.lastIndexOf("/") + 1);
  const byOwner = byPerson(
    "Its owner lets known addresses in alone",
    az("keyvault", "network-rule", "add", "--name", name, "--ip-address", "<address>"),
    az("keyvault", "update", "--name", name, "--default-action", "Deny"),
  );
  const first = setSetting("vault.networkRules.ipRules[0]", "<address>");
  const bySetting = run("Let your own addresses in alone", first, pulumi("up"));
  return warning(
    "open to every network: a stolen token of a reader reads it from anywhere",
    waysTo(settings, "networkRules", byOwner, bySetting),
  );
}
