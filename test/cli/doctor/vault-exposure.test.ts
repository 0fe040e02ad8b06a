/** What doctor says of a vault that works: whether its use is recorded, and from where it can be reached. */
import { ApiError } from "../../../lib/azure/api";
import {
  judgeAudit,
  judgeNetwork,
  vaultAuditCheck,
  vaultNetworkCheck,
} from "../../../cli/doctor/checks/vault-exposure";
import type { Facts, VaultResource } from "../../../cli/doctor/facts";
import { told } from "../support/told";

const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/contoso";
const vault = (properties: VaultResource["properties"] = {}): VaultResource => ({ id, properties });
const workspaceId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/audit";
const place = { resourceGroupName: "g", location: "westeurope", createResourceGroup: true, retentionDays: 90 };
const made = { name: "contoso", ...place, readers: [] };
const foreign = { uri: "https://contoso.vault.azure.net" };
const again = "Deploy again: pulumi up --refresh";

const facts = (found: VaultResource | undefined, list: () => Promise<object[]>): Facts =>
  ({
    vaultResource: () => Promise.resolve(found),
    vaultSettings: () => Promise.resolve(made),
    resourceManager: () => Promise.resolve({ list }),
  }) as unknown as Facts;
const sends = (properties: object) => facts(vault(), () => Promise.resolve([{ properties }]));

test.each<[string, object, object]>([
  ["the group audit", { workspaceId, logs: [{ categoryGroup: "audit", enabled: true }] }, { state: "ok" }],
  [
    "all categories",
    { storageAccountId: "/a/b", logs: [{ categoryGroup: "allLogs", enabled: true }] },
    { state: "ok" },
  ],
  [
    "the category, to an event hub",
    { eventHubAuthorizationRuleId: "/a/b", logs: [{ category: "auditevent", enabled: true }] },
    { state: "ok", what: "goes to a/b" },
  ],
  [
    "nothing, because it is off",
    { workspaceId, logs: [{ categoryGroup: "audit", enabled: false }] },
    { state: "warning" },
  ],
  [
    "another category",
    { workspaceId, logs: [{ category: "AzurePolicyEvaluationDetails", enabled: true }] },
    { state: "warning" },
  ],
  ["metrics alone", { workspaceId, logs: null }, { state: "warning" }],
])("a setting that sends %s", async (_, properties, finding) => {
  expect(await vaultAuditCheck.look(sends(properties))).toMatchObject(finding);
});

test("where the log goes is told; where it goes nowhere, who changes that and how", () => {
  expect(told(judgeAudit([workspaceId], vault(), made))).toEqual({ state: "ok", what: "goes to workspaces/audit" });
  const nowhere = (settings: object) => told(judgeAudit([], vault(), settings as never));
  const found = "goes nowhere: who reads or changes a secret is recorded nowhere";
  expect(nowhere(made)).toEqual({
    ...{ state: "warning", what: found },
    fix: "Name a Log Analytics workspace, or a storage account in the vault's region: pulumi config set --path secure-application-model:vault.diagnostics '<resource id>', then pulumi up",
  });
  expect(nowhere({ ...made, diagnostics: workspaceId }).fix).toBe(again);
  const ofOwner = `Its owner sends it to a Log Analytics workspace: az monitor diagnostic-settings create --name audit --resource ${id} --workspace '<workspace id>' --logs '[{"categoryGroup":"audit","enabled":true}]'`;
  expect([nowhere(foreign).fix, nowhere({}).fix]).toEqual([ofOwner, ofOwner]);
});

test.each<[VaultResource["properties"], object]>([
  [{}, { state: "warning", what: "open to every network: a stolen token of a reader reads it from anywhere" }],
  [{ publicNetworkAccess: "Enabled", networkAcls: { defaultAction: "Allow" } }, { state: "warning" }],
  [{ networkAcls: { defaultAction: "Deny" } }, { state: "ok", what: "closed to all but the networks of its rules" }],
  [{ publicNetworkAccess: "Disabled" }, { state: "ok", what: "closed to the public network (Disabled)" }],
  [
    { publicNetworkAccess: "SecuredByPerimeter" },
    { state: "ok", what: "closed to the public network (SecuredByPerimeter)" },
  ],
])("the network of a vault with %j", (properties, finding) => {
  expect(judgeNetwork(vault(properties), made)).toMatchObject(finding);
});

test("an open network: who changes that and how", () => {
  const open = (settings: object) => told(judgeNetwork(vault(), settings as never)).fix;
  expect(open(made)).toBe(
    "Let your own addresses in alone: pulumi config set --path 'secure-application-model:vault.networkRules.ipRules[0]' '<address>', then pulumi up",
  );
  expect(open({ ...made, networkRules: { ipRules: ["203.0.113.4"] } })).toBe(again);
  expect(open(foreign)).toBe(
    "Its owner lets known addresses in alone: az keyvault network-rule add --name contoso --ip-address '<address>', then az keyvault update --name contoso --default-action Deny",
  );
});

test("where this login may not look, that is said, and nothing is ok", async () => {
  const refused = (status: number, code: string) => () => Promise.reject(new ApiError(status, code, "no"));
  expect(await vaultAuditCheck.look(facts(vault(), refused(403, "AuthorizationFailed")))).toMatchObject({
    ...{ state: "skipped", what: "not checked: this login may not read the vault's diagnostic settings" },
  });
  const unknown = facts(undefined, refused(500, ""));
  const nowhere = { state: "skipped", what: expect.stringContaining("not checked: no subscription") as string };
  expect(await vaultAuditCheck.look(unknown)).toMatchObject(nowhere);
  expect(await vaultNetworkCheck.look(unknown)).toMatchObject(nowhere);
  await expect(vaultAuditCheck.look(facts(vault(), refused(500, "InternalServerError")))).rejects.toThrow("no");
});

test("a subscription that never registered Azure Monitor has no setting yet", async () => {
  const unregistered = () => Promise.reject(new ApiError(409, "MissingSubscriptionRegistration", "no"));
  expect(await vaultAuditCheck.look(facts(vault(), unregistered))).toMatchObject({ state: "warning" });
});
