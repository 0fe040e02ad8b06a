/** What doctor says of a vault that works: whether its use is recorded, and from where it can be reached. */
import { ApiError } from "../../../lib/azure/api";
import { vaultAuditCheck, vaultNetworkCheck } from "../../../cli/doctor/checks/vault-exposure";
import type { VaultResource } from "../../../cli/doctor/facts";
import { known, told } from "../support/told";

const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/contoso";
const workspaceId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/audit";
const made = { name: "contoso" };
const foreign = { uri: "https://contoso.vault.azure.net" };
const again = "Deploy again: pulumi up";

/** @param list of the vault's diagnostic settings */
const audited = async (list: () => Promise<object[]>, vaultSettings: object = made) =>
  told(await vaultAuditCheck.look(known({ vaultResource: { id }, vaultSettings, resourceManager: { list } })));
const reached = async (properties: VaultResource["properties"], vaultSettings: object = made) =>
  told(await vaultNetworkCheck.look(known({ vaultResource: { id, properties }, vaultSettings })));
const refused = (status: number, code: string) => () => Promise.reject(new ApiError(status, code, "no"));
const none = () => Promise.resolve([]);

const byOwner = `Its owner sends it to a Log Analytics workspace: az monitor diagnostic-settings create --name audit --resource ${id} --workspace '<workspace id>' --logs '[{"categoryGroup":"audit","enabled":true}]'`;
test.each<[string, object, string]>([
  [
    "the stack's own vault",
    made,
    "Name a Log Analytics workspace, or a storage account in the vault's region: pulumi config set --path secure-application-model:vault.diagnostics '<resource id>', then pulumi up",
  ],
  ["one whose setting was removed", { ...made, diagnostics: workspaceId }, again],
  ["one that exists", foreign, byOwner],
  ["one without a stack", {}, byOwner],
])("where the log of %s goes nowhere, who changes that and how is told", async (_, settings, fix) => {
  const what = "there is none: nobody can see who reads or changes a secret";
  expect(await audited(none, settings)).toEqual({ state: "warning", what, fix });
});

test.each<[string, object, string]>([
  [
    "the stack's own vault",
    made,
    "Allow only your own addresses: pulumi config set --path 'secure-application-model:vault.networkRules.ipRules[0]' '<address>', then pulumi up",
  ],
  ["one whose rules were removed", { ...made, networkRules: { ipRules: ["203.0.113.4"] } }, again],
  [
    "one that exists",
    foreign,
    "Its owner allows only known addresses: az keyvault network-rule add --name contoso --ip-address '<address>', then az keyvault update --name contoso --default-action Deny",
  ],
])("who closes the network of %s and how", async (_, settings, fix) => {
  expect((await reached({}, settings)).fix).toBe(fix);
});

test("a rule for half of all addresses closes nothing, and is removed by a deployment or by the vault's owner", async () => {
  const ipRules = ["0.0.0.0/1", "203.0.113.4/32", "128.0.0.0/1"].map((value) => ({ value }));
  const properties = { networkAcls: { defaultAction: "Deny", ipRules } };
  expect((await reached(properties)).fix).toBe(again);
  expect(await reached(properties, foreign)).toEqual({
    state: "warning",
    what: "open to 0.0.0.0/1 and 128.0.0.0/1: a reader's stolen token works from there",
    fix: "Leave out those ranges, and allow only known addresses: az keyvault network-rule remove --name contoso --ip-address 0.0.0.0/1, then az keyvault network-rule remove --name contoso --ip-address 128.0.0.0/1",
  });
});

test("where this login may not look, that is said, and nothing is ok", async () => {
  expect(await audited(refused(403, "AuthorizationFailed"))).toMatchObject({
    ...{ state: "skipped", what: "not checked: this login may not read the vault's diagnostic settings" },
  });
  const nowhere = { state: "skipped", what: expect.stringContaining("not checked: no subscription") as string };
  for (const check of [vaultAuditCheck, vaultNetworkCheck])
    expect(await check.look(known({ vaultResource: undefined }))).toMatchObject(nowhere);
  await expect(audited(refused(500, "InternalServerError"))).rejects.toThrow("no");
});
