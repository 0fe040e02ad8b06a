/** Problems of a stack's vault before it is deployed, and doctor's findings in its settings: each printed fix is run, and the check is run again. */
import { randomUUID } from "node:crypto";
import type { State } from "../../cli/report/finding";
import { least } from "../config/configuration";
import { partnerTenant, registerApplication } from "../../embedded-cloud/testing/applications";
import { askResourceManager, groupPath, vaultBody, vaultPath } from "../../embedded-cloud/testing/azure";
import { ownEndpoints } from "../support/own-endpoints";
import { finding, subscriptionOf } from "./support/here";
import { fixesInWords } from "./support/printed";
import { lookUp, type Undeployed, undeployedForEach } from "./support/undeployed";

let emulator: Undeployed["emulator"];
let stack: Undeployed["stack"];
let warnings: string[];
const testFix = undeployedForEach((fresh) => {
  ({ emulator, stack, warnings } = fresh);
});

const subscription = () => subscriptionOf(emulator);
const put = async (path: string, body: object) => await (await askResourceManager(emulator))("PUT", path, body);
const makeGroup = async (location: string, group?: string) => await put(groupPath(emulator, group), { location });

const found = (name: string, ...well: State[]) => ({
  settings: () => {
    const { url: authority, origins } = emulator;
    const { microsoftGraph, resourceManager } = origins;
    return { endpoints: ownEndpoints({ authority, microsoftGraph, resourceManager }), configurePreconsent: true };
  },
  look: (environment: NodeJS.ProcessEnv) =>
    finding(name, { stack: "dev", cwd: stack.folder }, ["ok", ...well])(environment),
});

describe("where the vault is", () => {
  const { resourceGroupName: ownGroup } = least.vault;
  const makeVault = async (group: string) => {
    await makeGroup("westeurope", group);
    await put(vaultPath(emulator, least.vault.name, group), vaultBody(emulator));
  };
  const withVault = (changes: object) => () => ({ vault: { ...least.vault, ...changes } });
  const workspace = () => `${groupPath(emulator)}/providers/Microsoft.OperationalInsights/workspaces/audit`;
  const account = (name: string) => `${groupPath(emulator)}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const makeAccount = async (name: string, location: string) =>
    await put(account(name), { location, kind: "StorageV2", sku: { name: "Standard_LRS" } });
  /** Another subscription of the deployer's, which is empty. */
  function another(): string {
    const other = { ...subscription(), subscriptionId: randomUUID(), resourceGroups: new Map(), vaults: new Map() };
    const assignments = [...subscription().roleAssignments].map(([name, one]) => {
      const scope = one.scope.replace(subscription().subscriptionId, other.subscriptionId);
      return [name, { ...one, scope }] as const;
    });
    partnerTenant(emulator).subscriptions.set(other.subscriptionId, {
      ...other,
      roleAssignments: new Map(assignments),
    });
    return other.subscriptionId;
  }

  testFix("lib/azure/api.ts: Register it, once for the subscription", {
    given: () => (subscription().conditions = { unregistered: ["Microsoft.KeyVault"] }),
  });
  testFix("lib/azure/find-vault.ts: Name one", {
    environment: () => ({ ARM_SUBSCRIPTION_ID: randomUUID() }),
    fill: () => ({ "subscription id": subscription().subscriptionId }),
  });
  testFix("lib/azure/find-vault.ts: Let the stack make it", { settings: withVault({ createResourceGroup: false }) });
  testFix("lib/azure/find-vault.ts: Deploy to where it is", { given: () => makeVault("elsewhere") });
  testFix("lib/azure/find-vault.ts: If it is not this stack's, choose another name", {
    given: () => makeVault("elsewhere"),
    fill: () => ({ "vault name": "another-vault" }),
  });
  describe.each<[string, Partial<ReturnType<typeof found>>]>([
    ["the program", {}],
    ["the doctor", found("vault", "skipped")],
  ])("%s finds", (_, { settings, ...looks }) => {
    testFix("lib/azure/find-vault.ts: Choose another name", {
      ...looks,
      settings: () => ({ ...settings?.() }),
      given: async () => {
        await makeVault("elsewhere");
        // In another tenant.
        const own = subscription();
        const { vaults } = own;
        const id = randomUUID();
        const northwind = emulator.clouds.get("AzureCloud")?.tenants.get(emulator.seeds.otherPartners[0].partner.id);
        northwind?.subscriptions.set(id, { ...own, subscriptionId: id, resourceGroups: new Map(), vaults });
        own.vaults = new Map();
      },
      fill: () => ({ "vault name": "another-vault" }),
    });
    testFix("lib/azure/find-vault.ts: Name one that it has", {
      ...looks,
      settings: () => ({ ...settings?.(), ...withVault({ location: "westeurop" })() }),
      fill: () => ({ region: "westeurope" }),
    });
  });
  testFix("lib/azure/find-vault.ts: Deploy to where it is (2)", {
    given: () => makeVault(ownGroup),
    environment: () => ({ ARM_SUBSCRIPTION_ID: another() }),
  });
  testFix("lib/azure/find-vault.ts: Set what it has, then deploy again", {
    given: () => makeVault(ownGroup),
    settings: withVault({ retentionDays: 7, location: "northeurope" }),
  });
  testFix("lib/azure/find-vault.ts: Set what it has, then deploy again", {
    given: async () => {
      await makeVault(ownGroup);
      for (const vault of subscription().vaults.values()) vault.deletedAt = emulator.clock.now();
    },
    settings: withVault({ retentionDays: 7 }),
  });
  testFix("lib/azure/audit-log.ts: Name another one", {
    given: async () => {
      await makeGroup("northeurope");
      await put(workspace(), { location: "northeurope" });
    },
    settings: () => withVault({ diagnostics: `${workspace()}-gone` })(),
    fill: () => ({ "resource id": workspace() }),
  });
  testFix("lib/azure/audit-log.ts: Name another one", {
    given: async () => {
      await makeGroup("northeurope");
      await makeAccount("contosonorth", "northeurope");
      await makeAccount("contosowest", "westeurope");
    },
    settings: () => withVault({ diagnostics: account("contosonorth") })(),
    fill: () => ({ "resource id": account("contosowest") }),
  });
});

describe("doctor's findings in the settings", () => {
  // Of the same region the program cannot tell whether an earlier run of its own made it: it warns.
  testFix("lib/azure/find-vault.ts: Use the one that exists", {
    given: () => makeGroup("westeurope", least.vault.resourceGroupName),
    look: async (variables) => {
      warnings.length = 0;
      jest.replaceProperty(process, "env", { ...process.env, ...variables });
      await lookUp(emulator, await stack.settings());
      if (warnings[0] !== undefined)
        expect(warnings[0]).toMatch(/^Unless an unfinished deployment of this stack made it: /u);
      return warnings[0] === undefined ? undefined : fixesInWords(warnings[0], "Use the one that exists");
    },
  });
  describe.each<[string, string, Partial<ReturnType<typeof found>>]>([
    ["the program", "northeurope", {}],
    ["the doctor", "westeurope", found("azure-roles")],
  ])("%s finds the group that the stack would make", (_, location, looks) => {
    const given = () => makeGroup(location, least.vault.resourceGroupName);
    testFix("lib/azure/find-vault.ts: Use the one that exists", { ...looks, given });
    testFix("lib/azure/find-vault.ts: If it is for something else, name another", {
      ...looks,
      given,
      fill: () => ({ "resource group": "another-group" }),
    });
  });
  describe.each<[string, Partial<ReturnType<typeof found>>]>([
    ["the program", {}],
    ["the doctor", found("azure-roles")],
  ])("%s finds a reader that is not as the setting says", (_, { settings, ...looks }) => {
    const withReader = (principalId: () => string, principalType: string) => () => ({
      ...settings?.(),
      vault: { ...least.vault, readers: [{ principalId: principalId(), principalType }] },
    });
    testFix("lib/application/readers.ts: Name the right one", {
      ...looks,
      // An application's registration, as its page in the portal names it first.
      settings: withReader(() => registerApplication(emulator).application.id, "ServicePrincipal"),
      fill: () => ({ "object id": emulator.seeds.deployer.servicePrincipalId }),
    });
    testFix("lib/application/readers.ts: Name the right one", {
      ...looks,
      settings: withReader(randomUUID, "User"),
      fill: () => ({ "object id": emulator.seeds.users.serviceAccount.id }),
    });
    testFix("lib/application/readers.ts: Set what it is", {
      ...looks,
      settings: withReader(() => emulator.seeds.groups.adminAgents.id, "User"),
    });
  });
  const inTenant = (name: string, tenantId: () => string) => {
    const { settings, look } = found(name);
    return { look, settings: () => ({ ...settings(), tenantId: tenantId() }) };
  };
  testFix("AADSTS90002: Name the right tenant", {
    ...inTenant("tenant", () => "nowhere.example"),
    fill: () => ({ tenant: emulator.seeds.partner.id }),
  });
  testFix("AADSTS90002: Leave the tenant to the deployer's sign-in", {
    ...inTenant("tenant", () => "nowhere.example"),
  });
  // A tenant that is there, in which this deployer is not.
  testFix("AADSTS90002: Leave the tenant to the deployer's sign-in", {
    ...inTenant("login", () => emulator.seeds.otherPartners[0].partner.id),
  });
  testFix("cli/doctor/checks/directory.ts: Leave pre-consent out", {
    ...found("admin-agents", "warning"),
    given: () => {
      const group = partnerTenant(emulator).groups.get(emulator.seeds.groups.adminAgents.id);
      Object.assign(group ?? {}, { displayName: "Agents" });
    },
  });
});
