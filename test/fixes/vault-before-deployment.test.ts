/** Problems of a stack's vault before it is deployed, and doctor's findings in its settings: each printed fix is run, and the check is run again. */
import { randomUUID } from "node:crypto";
import type { State } from "../../cli/report/finding";
import { least } from "../config/configuration";
import { partnerTenant, registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { groupPath, resourceManagerOf, vaultBody, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import { type Emulator } from "../../tools/embedded-cloud/testing/emulator";
import { ownEndpoints } from "../support/own-endpoints";
import { finding, subscriptionOf } from "./support/here";
import type { StackFolder } from "./support/stack-folder";
import type { Look } from "./support/printed";
import { type Situation, undeployedForEach } from "./support/undeployed";

const testFix = undeployedForEach();

const put = async (emulator: Emulator, path: string, body: object) =>
  await resourceManagerOf(emulator)("PUT", path, body);
const makeGroup = (emulator: Emulator, location: string, group?: string) =>
  put(emulator, groupPath(emulator, group), { location });

type Found = (place: { emulator: Emulator; stack: StackFolder }) => Situation;
const byProgram: Found = () => ({});
const byDoctor =
  (name: string, ...well: State[]): Found =>
  ({ emulator, stack }) => {
    const { url: authority, origins } = emulator;
    const { microsoftGraph, resourceManager } = origins;
    const endpoints = ownEndpoints({ authority, microsoftGraph, resourceManager });
    const look: Look = (environment) => {
      jest.replaceProperty(process, "env", { ...process.env, ...environment });
      return finding(name, { stack: "dev", cwd: stack.folder }, ["ok", ...well])(environment);
    };
    return { settings: { endpoints, configurePreconsent: true }, look };
  };

describe("where the vault is", () => {
  const { resourceGroupName: ownGroup } = least.vault;
  const makeVault = async (emulator: Emulator, group = "elsewhere") => {
    await makeGroup(emulator, "westeurope", group);
    await put(emulator, vaultPath(emulator, least.vault.name, group), vaultBody(emulator));
  };
  const withVault = (changes: object) => ({ vault: { ...least.vault, ...changes } });

  testFix("lib/azure/api.ts: Register it, once for the subscription", ({ emulator }) => {
    subscriptionOf(emulator).conditions = { unregistered: ["Microsoft.KeyVault"] };
    return {};
  });
  testFix("lib/azure/find-vault.ts: Name a subscription", () => ({
    environment: { ARM_SUBSCRIPTION_ID: randomUUID() },
  }));
  testFix("lib/azure/find-vault.ts: Let the stack make it", () => ({
    settings: withVault({ createResourceGroup: false }),
  }));
  for (const fix of [
    "lib/azure/find-vault.ts: Deploy to where it is",
    "lib/azure/find-vault.ts: If it is not this stack's, choose another name",
  ])
    testFix(fix, async ({ emulator }) => {
      await makeVault(emulator);
      return {};
    });
  for (const found of [byProgram, byDoctor("preview", "warning")]) {
    testFix("lib/azure/find-vault.ts: Choose another name", async (place) => {
      const { emulator } = place;
      await makeVault(emulator);
      // In another tenant.
      const own = subscriptionOf(emulator);
      const { vaults } = own;
      const subscriptionId = randomUUID();
      const northwind = emulator.clouds.get("AzureCloud")?.tenants.get(emulator.seeds.otherPartners[0].partner.id);
      northwind?.subscriptions.set(subscriptionId, { ...own, subscriptionId, resourceGroups: new Map(), vaults });
      own.vaults = new Map();
      return found(place);
    });
    testFix("lib/azure/find-vault.ts: Name a region of this cloud", (place) => {
      const { settings, ...more } = found(place);
      return { ...more, settings: { ...settings, ...withVault({ location: "westeurop" }) } };
    });
  }
  testFix("lib/azure/find-vault.ts: Deploy to where it is", async ({ emulator }) => {
    await makeVault(emulator, ownGroup);
    // Another subscription of the deployer's, which is empty.
    const own = subscriptionOf(emulator);
    const other = { ...own, subscriptionId: randomUUID(), resourceGroups: new Map(), vaults: new Map() };
    const assignments = [...own.roleAssignments].map(([name, one]) => {
      const scope = one.scope.replace(own.subscriptionId, other.subscriptionId);
      return [name, { ...one, scope }] as const;
    });
    const { subscriptions } = partnerTenant(emulator);
    subscriptions.set(other.subscriptionId, { ...other, roleAssignments: new Map(assignments) });
    return { environment: { ARM_SUBSCRIPTION_ID: other.subscriptionId } };
  });
  // One that is there, and one that was deleted.
  for (const location of ["northeurope", undefined])
    testFix("lib/azure/find-vault.ts: Set the vault's values, then deploy again", async ({ emulator }) => {
      await makeVault(emulator, ownGroup);
      for (const vault of subscriptionOf(emulator).vaults.values())
        if (location === undefined) vault.deletedAt = emulator.clock.now();
      return { settings: withVault({ retentionDays: 7, ...(location !== undefined && { location }) }) };
    });
  testFix("lib/azure/audit-log.ts: Name another one", async ({ emulator }) => {
    const workspace = `${groupPath(emulator)}/providers/Microsoft.OperationalInsights/workspaces/audit`;
    await makeGroup(emulator, "northeurope");
    await put(emulator, workspace, { location: "northeurope" });
    return { settings: withVault({ diagnostics: `${workspace}-gone` }), fill: { "resource id": workspace } };
  });
  testFix("lib/azure/audit-log.ts: Name another one", async ({ emulator }) => {
    const account = (name: string) => `${groupPath(emulator)}/providers/Microsoft.Storage/storageAccounts/${name}`;
    await makeGroup(emulator, "northeurope");
    for (const [name, location] of [
      ["contosonorth", "northeurope"],
      ["contosowest", "westeurope"],
    ] as const)
      await put(emulator, account(name), { location, kind: "StorageV2", sku: { name: "Standard_LRS" } });
    const fill = { "resource id": account("contosowest") };
    return { settings: withVault({ diagnostics: account("contosonorth") }), fill };
  });
});

describe("findings in the settings", () => {
  // Of the same region the program cannot tell whether an earlier run of its own made it: it warns.
  testFix("lib/azure/find-vault.ts: Use the existing group", async ({ emulator }) => {
    await makeGroup(emulator, "westeurope", least.vault.resourceGroupName);
    return { message: "Unless an unfinished deployment of this stack made it: " };
  });
  for (const [location, found] of [
    ["northeurope", byProgram],
    ["northeurope", byDoctor("preview", "warning")],
  ] as const)
    for (const fix of [
      "lib/azure/find-vault.ts: Use the existing group",
      "lib/azure/find-vault.ts: If it is for something else, name another",
    ])
      testFix(fix, async (place) => {
        await makeGroup(place.emulator, location, least.vault.resourceGroupName);
        return found(place);
      });
  for (const found of [byProgram, byDoctor("preview", "warning")])
    for (const [fix, wrong, principalType] of [
      // An application's registration, as its page in the portal names it first.
      [
        "lib/application/readers.ts: Name the right object",
        (emulator: Emulator) => registerApplication(emulator).application.id,
        "ServicePrincipal",
      ],
      ["lib/application/readers.ts: Name the right object", () => randomUUID(), "User"],
      ["lib/application/readers.ts: Set its type", ({ seeds }: Emulator) => seeds.groups.adminAgents.id, "User"],
    ] as const)
      testFix(fix, (place) => {
        const { settings, ...more } = found(place);
        const { deployer, users } = place.emulator.seeds;
        const readers = [{ principalId: wrong(place.emulator), principalType }];
        const right = principalType === "User" ? users.serviceAccount.id : deployer.servicePrincipalId;
        return { ...more, settings: { ...settings, vault: { ...least.vault, readers } }, fill: { "object id": right } };
      });
  for (const [fix, name, there] of [
    ["AADSTS90002: Name the right tenant", "tenant", false],
    ["AADSTS90002: Leave the tenant to the deployer's sign-in", "tenant", false],
    // A tenant that is there, in which this deployer is not.
    ["AADSTS90002: Leave the tenant to the deployer's sign-in", "login", true],
  ] as const)
    testFix(fix, (place) => {
      const { settings, look } = byDoctor(name)(place);
      const tenantId = there ? place.emulator.seeds.otherPartners[0].partner.id : "nowhere.example";
      return { ...(look && { look }), settings: { ...settings, tenantId } };
    });
  testFix("lib/application/admin-agents.ts: Leave the pre-consent out", (place) => {
    const { emulator } = place;
    const group = partnerTenant(emulator).groups.get(emulator.seeds.groups.adminAgents.id);
    Object.assign(group ?? {}, { displayName: "Agents" });
    return byDoctor("admin-agents", "warning")(place);
  });
});
