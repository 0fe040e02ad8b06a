/** Doctor's findings about Azure and the vault, each in a situation of the embedded cloud. What helps is in test/fixes/doctor.test.ts. */
import { allChecks } from "../../../cli/doctor/all-checks";
import { Facts } from "../../../cli/doctor/facts";
import { partnerTenant } from "../../../embedded-cloud/testing/applications";
import { askResourceManager, assign, groupPath, roleIds, vaultPath } from "../../../embedded-cloud/testing/azure";
import { certificate } from "../../consent/fixtures";
import { type Stage, stageForEach } from "../support/stage";

let stage: Stage;
stageForEach((fresh) => {
  stage = fresh;
});

/** Built in, as the cloud's others. */
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const { owner, contributor, userAccessAdministrator, secretsOfficer, secretsUser, vaultReader, cryptoUser } = roleIds;

type Role = readonly [role: string, at: "" | "group" | "vault" | "key"];
const place = (at: Role[1]) => {
  const { emulator } = stage;
  const vault = vaultPath(emulator);
  const key = `${vault}/keys/${certificate.name}`;
  return { "": `/subscriptions/${emulator.seeds.subscription.id}`, group: groupPath(emulator), vault, key }[at];
};

const ask = async (method: string, path: string, body: object) => {
  const { status } = await (await askResourceManager(stage.emulator))(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
};

/** The deployer's only roles after this call. */
const holds =
  (...roles: Role[]) =>
  async () => {
    const { emulator } = stage;
    const { subscription, deployer } = emulator.seeds;
    const { roleAssignments } = partnerTenant(emulator).subscriptions.get(subscription.id) ?? {};
    const own = [...(roleAssignments?.values() ?? [])].filter((one) => one.principalId === deployer.servicePrincipalId);
    const asOwner = await askResourceManager(emulator);
    for (const { name } of own) if (name !== deployer.ownerAssignment) roleAssignments?.delete(name);
    for (const [role, at] of roles) await assign(emulator, asOwner, place(at), role);
    roleAssignments?.delete(deployer.ownerAssignment);
  };

const nothing = () => undefined;
const patch = (properties: object) => () => ask("PATCH", place("vault"), { properties });
const policy = (secrets: string[], of: "administrator" | "deployer") => () => {
  const { users, deployer } = stage.emulator.seeds;
  const objectId = of === "deployer" ? deployer.servicePrincipalId : users.administrator.id;
  const accessPolicies = [{ tenantId: stage.tenantId, objectId, permissions: { secrets } }];
  return patch({ enableRbacAuthorization: false, accessPolicies })();
};
const network = (...ipRules: string[]) =>
  patch({ networkAcls: { defaultAction: "Deny", bypass: "None", ipRules: ipRules.map((value) => ({ value })) } });
const signs =
  (...roles: Role[]) =>
  async () => {
    await stage.storeToken({ tags: stage.tags({ "client-secret": certificate.reference }) });
    await holds([reader, ""], [secretsOfficer, "vault"], ...roles)();
  };
const workspaceIn = (group?: string) =>
  `${groupPath(stage.emulator, group)}/providers/Microsoft.OperationalInsights/workspaces/audit`;
const logs = (one: object) => async () => {
  await ask("PUT", workspaceIn(), { location: "westeurope" });
  const properties = { workspaceId: workspaceIn(), logs: [one] };
  await ask("PUT", `${place("vault")}/providers/Microsoft.Insights/diagnosticSettings/audit`, { properties });
};

interface Given {
  /** A stack's; default: without a stack. */
  settings?: () => object;
  environment?: () => Record<string, string>;
}
const vault = { name: "kv-model", resourceGroupName: "rg-model", createResourceGroup: false };
const inGroup = () => ({ vault });
const named = () => ({ ARM_SUBSCRIPTION_ID: stage.emulator.seeds.subscription.id });
const blind = "but may not look for soft-deleted vaults: if one has the name, Azure refuses it (ConflictError)";
const writes = "ok: this login may list, read, store and disable secrets";
const unlogged = "warning: there is none: nobody can see who reads or changes a secret";

const rows: Record<string, [breaks: () => unknown, finding: string, given?: Given][]> = {
  "azure-roles": [
    [nothing, "ok: may create the vault and assign roles in subscription <subscription>"],
    [holds([contributor, ""]), "failed: may not assign roles on it in subscription <subscription>"],
    [
      holds([contributor, ""], [userAccessAdministrator, ""]),
      "ok: may create the vault and assign roles in subscription <subscription>",
    ],
    [holds(), "failed: this login sees no subscription"],
    [
      holds(),
      "failed: may not create the resource group, create the vault, assign roles on it in subscription <subscription>",
      { environment: named },
    ],
    [
      holds([owner, "group"]),
      `warning: may create the vault and assign roles in resourceGroups/rg-model, ${blind}`,
      { settings: inGroup, environment: named },
    ],
    [
      holds([reader, "group"]),
      "failed: may not create the vault, assign roles on it in resourceGroups/rg-model",
      { settings: inGroup, environment: named },
    ],
    [
      holds([owner, "group"], [reader, ""]),
      "failed: may not use /subscriptions/<subscription>/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/audit, which vault.diagnostics names",
      { settings: () => ({ vault: { ...vault, diagnostics: workspaceIn("logs") } }) },
    ],
  ],
  "vault-provider": [
    [nothing, "ok: Microsoft.KeyVault is registered in <subscription>"],
    [holds([reader, "vault"]), "skipped: this login has no access to a subscription itself"],
  ],
  "vault-write": [
    [holds([reader, ""], [secretsOfficer, "vault"]), writes],
    [
      holds([reader, ""], [secretsUser, "vault"], [vaultReader, "vault"]),
      "failed: this login may not store secrets, disable old versions, recover deleted secrets; that is enough to use tokens",
    ],
    [
      holds([reader, ""], [secretsOfficer, "vault"]),
      "failed: this login may not make certificates, read certificates, disable certificates, sign with its key",
      { settings: () => ({ vault, credential: { kind: "certificate" } }) },
    ],
    // All at once, or each run would name the next one.
    [
      holds([reader, ""]),
      "failed: this login may not list secrets, read secrets, store secrets, disable old versions, recover deleted secrets, make certificates, read certificates, disable certificates, sign with its key",
      { settings: () => ({ vault, credential: { kind: "certificate" } }) },
    ],
    [signs(), "failed: this login may not sign with its key"],
    [signs([cryptoUser, "key"]), writes],
    [
      policy(["list", "get", "set"], "deployer"),
      "failed: its access policies give this login itself no recover on secrets (policies of groups are not checked)",
    ],
    [
      policy(["all"], "administrator"),
      "failed: its access policies give this login itself no list, get, set, recover on secrets (policies of groups are not checked)",
    ],
  ],
  "vault-audit": [
    [logs({ categoryGroup: "audit", enabled: true }), "ok: goes to workspaces/audit"],
    [logs({ categoryGroup: "allLogs", enabled: true }), "ok: goes to workspaces/audit"],
    [logs({ category: "AuditEvent", enabled: true }), "ok: goes to workspaces/audit"],
    [logs({ categoryGroup: "audit", enabled: false }), unlogged],
    [logs({ category: "AzurePolicyEvaluationDetails", enabled: true }), unlogged],
    [nothing, unlogged],
  ],
  "vault-network": [
    [nothing, "warning: open to every network: a reader's stolen token works from anywhere"],
    [network("203.0.113.0/24"), "ok: closed to all but the networks of its rules"],
    [network("203.0.113.0/24", "0.0.0.0/0"), "warning: open to 0.0.0.0/0: a reader's stolen token works from there"],
    [patch({ publicNetworkAccess: "Disabled" }), "ok: closed to the public network (Disabled)"],
  ],
};

describe.each(Object.entries(rows))("%s", (check, situations) => {
  test.each(situations.map(([breaks, finding, given], index) => ({ index, finding, breaks, given })))(
    "$index: $finding",
    async ({ finding, breaks, given: { settings, environment } = {} }) => {
      await breaks();
      const facts = new Facts({}, stage.environment(environment?.()));
      if (settings !== undefined) {
        const outputs = { vaultUri: stage.vaultUri };
        const of = { cloud: "AzureCloud", endpoints: stage.endpoints(), tenantId: stage.tenantId };
        const stack = { name: "dev", settings: { ...of, credential: {}, ...settings() }, outputs };
        const none = () => Promise.resolve(undefined);
        Object.assign(facts, { stack: () => Promise.resolve(stack), lookedUp: none, deployment: none });
      }
      const { state, what } =
        (await allChecks(true, true)
          .find(({ name }) => name === check)
          ?.look(facts)) ?? {};
      expect(`${state}: ${what}`.replaceAll(stage.emulator.seeds.subscription.id, "<subscription>")).toBe(finding);
    },
  );
});
