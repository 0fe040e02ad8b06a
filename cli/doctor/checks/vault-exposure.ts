/** Decisions of a vault's owner: whether reads are recorded, and who reaches it. Only warnings. */
import { onStatus } from "../../../lib/azure/api";
import { auditDestinations } from "../../../lib/azure/audit-log";
import { auditGroup } from "../../../lib/azure/diagnostics";
import { az, byPerson, type Fix, pulumi, run, sentence, setSetting } from "../../../lib/errors/failure";
import { check, deployAgain, type Finding, ok, skipped, warning } from "../check";
import type { Facts } from "../facts";

/** Never ok: nobody has looked. */
const unseen = (why: string): Finding =>
  skipped(`not checked: ${why}`, sentence("Ask for the role Reader on the vault"));

const elsewhere = unseen("no subscription that this login can access has the vault");

/** A vault that the stack does not make is left to its owner; else a setting or a deployment is missing. */
function wayTo(
  settings: Awaited<ReturnType<Facts["vaultSettings"]>>,
  name: "diagnostics" | "networkRules",
  byOwner: Fix,
  bySetting: Fix,
): Fix {
  if (!("name" in settings)) return byOwner;
  return settings[name] === undefined ? bySetting : deployAgain;
}

export const vaultAuditCheck = check("vault-audit", "Audit log of the vault", ["vault"], {
  look: async (facts) => {
    const vault = await facts.vaultResource();
    if (vault === undefined) return elsewhere;
    const asked = auditDestinations(await facts.resourceManager(), vault.id);
    const destinations = await asked.catch(onStatus(undefined, 403));
    if (destinations === undefined) return unseen("this login may not read the vault's diagnostic settings");
    // A place by its kind and name: workspaces/audit.
    const names = destinations.map((id) => id.split("/").slice(-2).join("/"));
    if (names.length > 0) return ok(`goes to ${names.join(" and ")}`);
    const logs = JSON.stringify([{ categoryGroup: auditGroup, enabled: true }]);
    const setting = ["--name", auditGroup, "--resource", vault.id, "--workspace", "<workspace id>", "--logs", logs];
    const byOwner = run(
      "Its owner sends it to a Log Analytics workspace",
      az("monitor", "diagnostic-settings", "create", ...setting),
    );
    const bySetting = run(
      "Name a Log Analytics workspace, or a storage account in the vault's region",
      setSetting("vault.diagnostics", "<resource id>"),
      pulumi("up"),
    );
    const way = wayTo(await facts.vaultSettings(), "diagnostics", byOwner, bySetting);
    return warning("there is no audit log: nobody can see who reads or changes a secret", way);
  },
});

export const vaultNetworkCheck = check("vault-network", "Network of the vault", ["vault"], {
  look: async (facts) => {
    const vault = await facts.vaultResource();
    if (vault === undefined) return elsewhere;
    const { publicNetworkAccess = "Enabled", networkAcls } = vault.properties;
    if (publicNetworkAccess.toLowerCase() !== "enabled")
      return ok(`closed to the public network (${publicNetworkAccess})`);
    const name = vault.id.slice(vault.id.lastIndexOf("/") + 1);
    if (networkAcls?.defaultAction?.toLowerCase() === "deny") {
      const wide = (networkAcls.ipRules ?? []).map(({ value }) => value).filter((value) => /\/[0-7]$/u.test(value));
      if (wide.length === 0) return ok("closed to all but the networks of its rules");
      const remove = wide.map((one) => az("keyvault", "network-rule", "remove", "--name", name, "--ip-address", one));
      const own = byPerson("Leave out those ranges, and allow only known addresses", ...remove);
      const way = wayTo(await facts.vaultSettings(), "networkRules", own, deployAgain);
      return warning(`open to ${wide.join(" and ")}: a reader's stolen token works from there`, way);
    }
    const byOwner = byPerson(
      "Its owner allows only known addresses",
      az("keyvault", "network-rule", "add", "--name", name, "--ip-address", "<address>"),
      az("keyvault", "update", "--name", name, "--default-action", "Deny"),
    );
    const first = setSetting("vault.networkRules.ipRules[0]", "<address>");
    const bySetting = run("Allow only your own addresses", first, pulumi("up"));
    const way = wayTo(await facts.vaultSettings(), "networkRules", byOwner, bySetting);
    return warning("open to every network: a reader's stolen token works from anywhere", way);
  },
});
