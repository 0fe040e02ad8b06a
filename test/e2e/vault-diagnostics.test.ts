/** A vault that sends its audit log: made, changed by hand, back with a vault that was deleted, and gone with the stack. */
import { randomUUID } from "node:crypto";
import { groupPath, resourceManagerOf, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import type { Ask } from "../../tools/embedded-cloud/testing/callers";
import type { Emulator } from "../../tools/embedded-cloud/testing/emulator";
import { linesOf } from "../fixes/support/printed";
import { ran } from "../fixes/support/shell";
import { story } from "../support/story";
import { stackForAll } from "./support/deployed-once";
import { aboutStack, doctor as doctorOf } from "./support/command";
import { devVault, regions } from "./support/dev-configuration";
import { type Project, repository } from "./support/project";
import { isSoak } from "./support/soak";

/** The soak runs it in the other cloud. */
const cloud = isSoak ? "AzureUSGovernment" : "AzureCloud";
let project: Project;
let workspaceId: string;

let ask: Ask;
/** With the cloud's own tenant and subscription. */
const emulator = () => ({ ...project.emulator, seeds: project.seeds }) as Emulator;
const vault = () => vaultPath(emulator(), devVault.name, devVault.resourceGroupName);
const setting = () => `${vault()}/providers/Microsoft.Insights/diagnosticSettings/secure-application-model`;
const settings = async () => {
  const { body } = await ask("GET", setting().slice(0, setting().lastIndexOf("/")));
  return (body as { value: { name: string; properties: object }[] }).value;
};
const drift = async () => {
  const { code, stdout } = await aboutStack(project, "drift", "--json");
  const { drift, findings } = JSON.parse(stdout) as { drift: boolean; findings: { resource: string }[] };
  expect(drift).toBe(code === 5);
  return [code, ...findings];
};
const doctor = async (...names: string[]) => {
  const { code, results } = await doctorOf(project);
  return { code, found: results.filter(({ name }) => names.includes(name)) };
};
const declared = () => [
  {
    name: "secure-application-model",
    properties: { workspaceId, logs: [{ categoryGroup: "audit", enabled: true }] },
  },
];

stackForAll({ deployed: true, cloud }, async (started) => {
  project = started;
  ask = resourceManagerOf(emulator());
  workspaceId = `${groupPath(emulator(), "security")}/providers/Microsoft.OperationalInsights/workspaces/audit`;
  const location = regions[cloud];
  await ask("PUT", groupPath(emulator(), "security"), { location });
  await ask("PUT", workspaceId, { location });
});

const test = story();

// Runs the fix "cli/doctor/checks/vault-exposure.ts: Name a Log Analytics workspace, or a storage account in the vault's region".
// Runs the fix "cli/doctor/checks/vault-exposure.ts: Allow only your own addresses".
test("doctor warns that there is none, and that the network is open; what it prints sends it, and closes the network", async () => {
  const before = await doctor("vault-audit", "vault-network");
  expect([before.code, ...before.found.map(({ state }) => state)]).toEqual([0, "warning", "warning"]);
  const values = { "resource id": workspaceId, address: "127.0.0.1" };
  const lines = before.found.flatMap(({ fixes }) => fixes.flatMap((fix) => linesOf(fix, values)));
  const env = { ...project.environment, PULUMI_SKIP_CONFIRMATIONS: "true" };
  const { code, stdout } = await ran({ env, cwd: repository }, [...new Set(lines)].sort());
  expect([code, stdout]).toEqual([0, expect.stringMatching(/azure-native:monitor:DiagnosticSetting partner created/u)]);
  expect(await settings()).toMatchObject(declared());
  expect((await doctor("vault-audit", "vault-network")).found.map(({ state, what }) => [state, what])).toEqual([
    ["ok", "goes to workspaces/audit"],
    ["ok", "closed to all but the networks of its rules"],
  ]);
});

test("what somebody disables is named by drift, and a vault that was deleted sends it again after one up", async () => {
  const logs = [{ categoryGroup: "audit", enabled: false }];
  await ask("PUT", setting(), { properties: { workspaceId, logs } });
  const entry = { resource: "azure-native.monitor.DiagnosticSetting partner", property: "logs" };
  expect(await drift()).toMatchObject([
    5,
    { ...entry, declared: { categoryGroup: "audit", enabled: true }, live: null },
    { ...entry, declared: null, live: { categoryGroup: "audit", enabled: false } },
  ]);
  await ask("DELETE", vault());
  await project.up();
  expect(await settings()).toMatchObject(declared());
});

test("the deployer's right on another's place, and the registration that it takes, are checked beforehand", async () => {
  const { tenant, subscription } = project;
  const others = randomUUID();
  const empty = { subscriptionId: others, displayName: "Security", roleAssignments: new Map() };
  tenant.subscriptions.set(others, { ...empty, resourceGroups: new Map(), vaults: new Map() });
  subscription.conditions = { unregistered: ["Microsoft.Insights"] };
  const place = workspaceId.replace(subscription.subscriptionId, others);
  await project.set({ "vault.diagnostics": place });
  expect((await doctor("azure-roles", "vault-provider")).found).toMatchObject([
    { state: "failed", what: `may not use ${place}, which vault.diagnostics names` },
    {
      state: "warning",
      message: expect.stringContaining("az provider register --namespace Microsoft.Insights") as string,
    },
  ]);
  const missing = `${workspaceId}-gone`;
  await project.set({ "vault.diagnostics": missing });
  subscription.conditions = {};
  expect((await doctor("preview")).found).toMatchObject([
    { state: "failed", what: expect.stringContaining(`${missing}, which does not exist`) as string },
  ]);
  await project.set({ "vault.diagnostics": workspaceId });
  const names = ["azure-roles", "vault-provider", "preview"];
  expect((await doctor(...names)).found.map(({ state }) => state)).toEqual(["ok", "ok", "ok"]);
});

test("ends with the stack: a vault that is recovered later sends nothing", async () => {
  expect(await project.destroy()).toContain("DiagnosticSetting partner deleted");
  await ask("PUT", groupPath(emulator(), devVault.resourceGroupName), { location: regions[cloud] });
  const properties = { createMode: "recover", tenantId: project.seeds.partner.id };
  const recovered = {
    location: regions[cloud],
    properties: { ...properties, sku: { family: "A", name: "standard" } },
  };
  expect((await ask("PUT", vault(), recovered)).status).toBe(200);
  expect(await settings()).toEqual([]);
});
