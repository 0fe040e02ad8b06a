/** Doctor's findings about Azure and the vault, each in a situation of the embedded cloud. What helps is in test/fixes/doctor.test.ts. */
import { partnerTenant } from "../../../tools/embedded-cloud/testing/applications";
import { assign, groupPath, resourceManagerOf, roleIds, vaultPath } from "../../../tools/embedded-cloud/testing/azure";
import { configurationOf } from "../../../lib/config/model-file";
import { readSettings } from "../../../lib/config/settings";
import { least } from "../../config/configuration";
import { recordTypes } from "../../../lib/credential/credential-record";
import { certificate } from "../../token/fixtures";
import { nothing, type Row, testFindings } from "../support/findings";
import { credentialName, type Stage } from "../support/stage";

let stage: Stage;

/** Built in, as the cloud's others. */
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const { owner, contributor, userAccessAdministrator, secretsOfficer, cryptoUser } = roleIds;

type Role = readonly [role: string, at: "" | "group" | "vault" | "key"];
const place = (at: Role[1]) => {
  const { emulator } = stage;
  const vault = vaultPath(emulator);
  const key = `${vault}/keys/${certificate.name}`;
  return { "": `/subscriptions/${emulator.seeds.subscription.id}`, group: groupPath(emulator), vault, key }[at];
};

const ask = async (method: string, path: string, body: object) => {
  const { status } = await resourceManagerOf(stage.emulator)(method, path, body);
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
    const asOwner = resourceManagerOf(emulator);
    for (const { name } of own) if (name !== deployer.ownerAssignment) roleAssignments?.delete(name);
    for (const [role, at] of roles) await assign(emulator, asOwner, place(at), role);
    roleAssignments?.delete(deployer.ownerAssignment);
  };

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
    await stage.storeToken();
    // A version of another second.
    stage.emulator.clock.advance(1000);
    const tags = { certificate: `${certificate.name}/${certificate.version}` };
    await stage.vault.setSecret(credentialName, certificate.reference, { contentType: recordTypes.certificate, tags });
    await holds([reader, ""], [secretsOfficer, "vault"], ...roles)();
  };
const workspaceIn = (group?: string) =>
  `${groupPath(stage.emulator, group)}/providers/Microsoft.OperationalInsights/workspaces/audit`;
const logs = (one: object) => async () => {
  await ask("PUT", workspaceIn(), { location: "westeurope" });
  const properties = { workspaceId: workspaceIn(), logs: [one] };
  await ask("PUT", `${place("vault")}/providers/Microsoft.Insights/diagnosticSettings/audit`, { properties });
};

const vault = { name: "kv-model", resourceGroupName: "rg-model", createResourceGroup: false };
const inGroup = () => ({ vault });
const signing = () => ({ vault, credential: { kind: "certificate" } });
const withOne = { credential: { generations: [{ number: 1, kind: "certificate", day: "2026-11-24" }] } };
const allowing =
  (...ipRules: string[]) =>
  () => ({ vault: { ...vault, networkRules: { ipRules } } });
const answers = (service: string, path: string, status: number) => () =>
  void stage.emulator.faults.add({ service, path, status });
const existing = () => ({ vault: { uri: stage.vaultUri } });
const named = () => ({ ARM_SUBSCRIPTION_ID: stage.emulator.seeds.subscription.id });
const blind = "but may not look for soft-deleted vaults: if one has the name, Azure refuses it (ConflictError)";
const nowhere = "not checked: no subscription that this login can access has the vault";
const asked = "Ask for the role Reader on the vault";
const again = "Deploy again: pulumi up";
const open = "warning: open to every network: a reader's stolen token works from anywhere";
const halves = network("0.0.0.0/1", "203.0.113.4/32", "128.0.0.0/1");
const openToHalves = "warning: open to 0.0.0.0/1 and 128.0.0.0/1: a reader's stolen token works from there";
const sentBySetting =
  "Name a Log Analytics workspace, or a storage account in the vault's region: pulumi config set --path secure-application-model:vault.diagnostics '<resource id>', then pulumi up";
const sentByOwner =
  'Its owner sends it to a Log Analytics workspace: az monitor diagnostic-settings create --name audit --resource <vault id> --workspace \'<workspace id>\' --logs \'[{"categoryGroup":"audit","enabled":true}]\'';
const roleless =
  "failed: <vault> refuses this login: it has no role on the secrets, or the role is not in effect yet (up to 15 minutes)";
const assigned =
  "Assign the role, on the vault's id: az keyvault show --name 127 --query id -o tsv, then az role assignment create --role 'Key Vault Secrets Officer' --assignee <deployer> --scope '<vault id>'";
const writes = "ok: this login may list, read, store and disable secrets";
const unlogged = "warning: there is no audit log: nobody can see who reads or changes a secret";

const rows: Record<string, Row[]> = {
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
  preview: [
    [
      patch({ publicNetworkAccess: "Disabled" }),
      "warning: Vault kv-model is closed to the public network (publicNetworkAccess), by its owner or by a policy: only a private endpoint or a trusted network reaches it.",
      {
        looksUp: true,
        settings: () => ({
          ...readSettings(configurationOf(least), "."),
          ...{ vault: { ...vault, location: "westeurope", retentionDays: 90 }, endpoints: stage.endpoints() },
          ...{ tenantId: stage.tenantId },
        }),
      },
    ],
  ],
  "vault-provider": [
    [nothing, "ok: Microsoft.KeyVault is registered in <subscription>"],
    [holds([reader, "vault"]), "skipped: this login has no access to a subscription itself"],
  ],
  vault: [
    [nothing, "ok: <vault> answers, and lists its secrets"],
    [holds([owner, ""]), roleless, { fix: assigned }],
    [
      holds([owner, ""]),
      roleless,
      {
        fix: `${assigned}, then az role assignment create --role 'Key Vault Certificates Officer' --assignee <deployer> --scope '<vault id>', then az role assignment create --role 'Key Vault Crypto User' --assignee <deployer> --scope '<vault id>/keys/client-certificate-4b4ff914'`,
        settings: signing,
        outputs: withOne,
      },
    ],
    [
      network("203.0.113.0/24"),
      "failed: <vault> refuses this machine's address",
      {
        fix: "Add it: pulumi config set --path 'secure-application-model:vault.networkRules.ipRules[2]' '<address>', then pulumi up; or: A hosted runner of a CI has a different address in each job: run the job on a runner of your own, with a listed address.",
        settings: allowing("203.0.113.0/24", "203.0.113.4"),
      },
    ],
    [
      patch({ publicNetworkAccess: "Disabled" }),
      "failed: <vault> is closed to the public network",
      {
        fix: "Its owner, or an Azure Policy, closed it to the public network: run this where a private endpoint or a trusted network of the vault reaches it (docs/runbook.md, a vault that is closed). Check again from a network that its private endpoint or its rules allow.",
      },
    ],
    [
      nothing,
      "failed: https://127.0.0.1:4 does not answer",
      {
        environment: () => ({ SECURE_APP_MODEL_VAULT: "https://127.0.0.1:4" }),
        fix: "Check the network, and that it exists: az keyvault show --name 127; or: Recover a deleted vault, with its content: pulumi up",
      },
    ],
    [
      answers("keyVault", "*", 400),
      "failed: <vault> could not tell: Listing the versions of secret refresh-token-<tenant> in <vault> failed: 400.",
      { fix: "Try again; if it stays, give the request id to Azure support. Check again: secure-app-model doctor" },
    ],
  ],
  "vault-write": [
    [holds([reader, ""], [secretsOfficer, "vault"]), writes],
    // The deployment that makes the first certificate assigns its roles: by hand they would be in its way.
    [holds([reader, ""], [secretsOfficer, "vault"]), writes, { settings: signing }],
    [
      holds([reader, ""], [secretsOfficer, "vault"]),
      "failed: this login may not make certificates, read certificates, disable certificates, sign with its key",
      { settings: signing, outputs: withOne },
    ],
    // All at once, or each run would name the next one.
    [
      holds([reader, ""]),
      "failed: this login may not list secrets, read secrets, store secrets, disable old versions, recover deleted secrets, make certificates, read certificates, disable certificates, sign with its key",
      { settings: signing, outputs: withOne },
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
    [nothing, unlogged, { fix: sentBySetting, settings: inGroup }],
    [nothing, unlogged, { fix: again, settings: () => ({ vault: { ...vault, diagnostics: workspaceIn() } }) }],
    [nothing, unlogged, { fix: sentByOwner, settings: existing }],
    [nothing, unlogged, { fix: sentByOwner }],
    [
      answers("resourceManager", "*/diagnosticSettings", 403),
      "skipped: not checked: this login may not read the vault's diagnostic settings",
      { fix: asked },
    ],
    [
      answers("resourceManager", "*/diagnosticSettings", 400),
      "failed: could not tell: Resource Manager refused GET <vault id>/providers/Microsoft.Insights/diagnosticSettings: 400.",
    ],
    [holds(), `skipped: ${nowhere}`, { fix: asked }],
  ],
  "vault-network": [
    [
      nothing,
      open,
      {
        fix: "Allow only your own addresses: pulumi config set --path 'secure-application-model:vault.networkRules.ipRules[0]' '<address>', then pulumi up",
        settings: inGroup,
      },
    ],
    [nothing, open, { fix: again, settings: allowing("203.0.113.4") }],
    [
      nothing,
      open,
      {
        fix: "Its owner allows only known addresses: az keyvault network-rule add --name kv-model --ip-address '<address>', then az keyvault update --name kv-model --default-action Deny",
        settings: existing,
      },
    ],
    [network("203.0.113.0/24"), "ok: closed to all but the networks of its rules"],
    [network("203.0.113.0/24", "0.0.0.0/0"), "warning: open to 0.0.0.0/0: a reader's stolen token works from there"],
    [halves, openToHalves, { fix: again, settings: inGroup }],
    [
      halves,
      openToHalves,
      {
        fix: "Leave out those ranges, and allow only known addresses: az keyvault network-rule remove --name kv-model --ip-address 0.0.0.0/1, then az keyvault network-rule remove --name kv-model --ip-address 128.0.0.0/1",
        settings: existing,
      },
    ],
    [patch({ publicNetworkAccess: "Disabled" }), "ok: closed to the public network (Disabled)"],
    [holds(), `skipped: ${nowhere}`, { fix: asked }],
  ],
};

testFindings(rows, (fresh) => {
  stage = fresh;
});
