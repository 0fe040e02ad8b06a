/** Situations in which a stack cannot be previewed: each printed fix is run, and the program's check is run again. */
import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { principalOf } from "../../lib/application/delegated-grants";
import { microsoftGraph } from "../../lib/azure/graph";
import { adminAgents } from "../../components/admin-agents";
import { identifierOf } from "../../components/naming";
import { resolveExisting } from "../../components/resolve-existing";
import { resolveVault } from "../../components/resolve-vault";
import { shownElsewhere } from "../../components/shown-elsewhere";
import { cloudOf, firstPartyApps } from "../../lib/config/clouds";
import type { Settings } from "../../lib/config/combinations";
import { documentOf } from "../../lib/errors/document";
import { Failure } from "../../lib/errors/failure";
import type { Application, Subscription } from "../../embedded-cloud/testing/directory";
import { least } from "../config/configuration";
import { partnerTenant, registerApplication } from "../../embedded-cloud/testing/applications";
import { askResourceManager, groupPath, vaultBody, vaultPath } from "../../embedded-cloud/testing/azure";
import { type CloudName, type Emulator, emulatorForEach } from "../../embedded-cloud/testing/emulator";
import { answer } from "../providers/provider-answers";
import { ownedByAdministrator } from "./support/administrator";
import { azForAll, failureOf, repairs } from "./support/here";
import { StackFolder } from "./support/stack-folder";
import { ownEndpoints } from "../support/own-endpoints";

let emulator: Emulator;
let stack: StackFolder;
let told: string[];
emulatorForEach(
  async (started) => {
    emulator = started;
    await ownedByAdministrator(emulator);
  },
  { clouds: ["AzureCloud", "AzureUSGovernment"] },
);
const az = azForAll(() => emulator);
beforeAll(async () => {
  stack = await StackFolder.make();
});
beforeEach(() => {
  told = [];
  jest.spyOn(pulumi.log, "info").mockResolvedValue(undefined);
  jest.spyOn(pulumi.log, "warn").mockImplementation((text) => {
    told.push(text);
    return Promise.resolve();
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => stack.close());

const tenant = () => partnerTenant(emulator);
const subscription = (): Subscription => {
  const found = tenant().subscriptions.get(emulator.seeds.subscription.id);
  if (found === undefined) throw new Error("The seeds have no subscription.");
  return found;
};
const cloud = (name = "AzureCloud") => {
  const origins = emulator.clouds.get(name as CloudName)?.origins;
  if (origins === undefined) throw new Error(`${name} does not run in this emulator`);
  const { authority, microsoftGraph: graph, resourceManager } = origins;
  return cloudOf(name as CloudName, ownEndpoints({ authority, microsoftGraph: graph, resourceManager }));
};
const register = (changes: Partial<Application> = {}) => registerApplication(emulator, changes);

function deployer(): Record<string, string> {
  const { partner, deployer: seeded, subscription: own } = emulator.seeds;
  return {
    ARM_TENANT_ID: partner.id,
    ARM_CLIENT_ID: seeded.clientId,
    ARM_CLIENT_SECRET: seeded.clientSecret,
    ARM_SUBSCRIPTION_ID: own.id,
  };
}

/** The program's lookups before it declares anything. */
async function program(settings: Settings): Promise<void> {
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: {} }),
    call: ({ token }) =>
      token.includes(":authorization:") ? { subscriptionId: process.env["ARM_SUBSCRIPTION_ID"] } : answer(token),
  });
  const tenantId = settings.tenantId ?? emulator.seeds.partner.id;
  await resolveVault(cloud(), settings, {});
  await resolveExisting("partner", cloud(), { ...settings, tenantId }, {});
}

interface Row {
  fix: string;
  /** Creates the situation. @returns the settings that differ from the smallest ones */
  given: () => Record<string, unknown> | Promise<Record<string, unknown>>;
  fill?: () => Record<string, string>;
  environment?: () => Record<string, string>;
  /** What fails; default the program's lookups. */
  fails?: (settings: Settings) => unknown;
}

async function run({ fix, given, fill, environment, fails = program }: Row): Promise<void> {
  await stack.configure({ ...least, ...(await given()) });
  az.identity = { ...az.identity, oid: emulator.seeds.users.administrator.id };
  const look = failureOf(async (variables) => {
    jest.replaceProperty(process, "env", { ...process.env, ...variables });
    await fails(await stack.settings());
  });
  const env = stack.variables({ ...deployer(), ...environment?.() }, az.folder());
  await repairs({ env, cwd: stack.folder }, { look, fix, ...(fill === undefined ? {} : { fill: fill() }) });
}

/** An adoption names the application; an existing vault is not part of it. */
const adopting = (existingApplication: string, more: object = {}) => ({
  existingApplication,
  displayName: undefined,
  ...more,
});

describe("an application that exists", () => {
  const rows: Row[] = [
    {
      fix: "lib/application/adoption/find.ts: Take one from this list, and check the tenant",
      given: () => adopting(randomUUID()),
      fill: () => ({ "client id": register().clientId }),
    },
    {
      fix: "lib/application/adoption/find.ts: Name the application",
      given: () => adopting(register().servicePrincipal.id),
    },
    {
      fix: "lib/application/adoption/find.ts: Take the setting out, and name the application as before",
      given: () => {
        const uri = `api://${emulator.seeds.partner.id}/${identifierOf(emulator.seeds.partner.id, "partner")}`;
        return adopting(register({ identifierUris: [uri] }).clientId);
      },
    },
    {
      fix: "lib/application/sign-in-audience.ts: The audience is changed only when told to",
      given: () => adopting(register({ signInAudience: "AzureADMyOrg" }).clientId),
    },
    {
      fix: "lib/application/adoption/checks.ts: Take it out there, then run this again, which adds it under web",
      given: () => {
        const publicClient = { redirectUris: ["http://localhost/desktop", "urn:ietf:wg:oauth:2.0:oob"] };
        return adopting(register({ web: { redirectUris: [] }, publicClient }).clientId);
      },
    },
    {
      fix: "lib/application/delegated-grants.ts: Name the service account",
      given: () => ({ consent: { account: "nobody@partner.example" }, adminConsent: "account" }),
      fill: () => ({ "user principal name": emulator.seeds.users.serviceAccount.userPrincipalName }),
      fails: ({ consent }) => principalOf(microsoftGraph(cloud(), emulator.seeds.partner.id), String(consent.account)),
    },
  ];

  test.each(rows)("$fix", run);
});

describe("resources of permissions", () => {
  const without = (appId: string): void => {
    const found = [...tenant().servicePrincipals.values()].find((one) => one.appId === appId);
    tenant().servicePrincipals.delete(found?.id ?? "");
  };
  const rows: Row[] = [
    {
      fix: "lib/application/resource-principals.ts: Make it",
      given: () => {
        without(firstPartyApps.partnerCenter);
        return {};
      },
    },
    {
      fix: "lib/application/resource-principals.ts: Leave that resource out, which is retired",
      given: () => {
        without(firstPartyApps.azureAdGraph);
        return {};
      },
    },
    {
      fix: "lib/application/find-permissions.ts: If it is not in this tenant yet",
      given: () => {
        const scope = { id: randomUUID(), value: "Reports.Read", isEnabled: true, type: "User" };
        const api = { oauth2PermissionScopes: [scope] };
        const { servicePrincipal } = register({ displayName: "Reports", appId: reports, api });
        tenant().servicePrincipals.delete(servicePrincipal.id);
        return { permissions: { extra: [{ resource: "Reports", delegated: ["Reports.Read"] }] } };
      },
      fill: () => ({ "client id": reports }),
    },
  ];
  const reports = randomUUID();

  test.each(rows)("$fix", run);
});

describe("where the vault is", () => {
  const vaultName = least.vault.name;
  async function makeVault(group: string, name = vaultName): Promise<void> {
    const ask = await askResourceManager(emulator);
    await ask("PUT", groupPath(emulator, group), { location: "westeurope" });
    await ask("PUT", vaultPath(emulator, name, group), vaultBody(emulator));
  }
  const workspace = () => `${groupPath(emulator)}/providers/Microsoft.OperationalInsights/workspaces/audit`;
  const account = (name: string) => `${groupPath(emulator)}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const makeAccount = async (name: string, location: string) =>
    await (
      await askResourceManager(emulator)
    )("PUT", account(name), { location, kind: "StorageV2", sku: { name: "Standard_LRS" } });
  /** Another subscription of the deployer's, which is empty. */
  function another(): string {
    const other = { ...subscription(), subscriptionId: randomUUID(), resourceGroups: new Map(), vaults: new Map() };
    const assignments = [...subscription().roleAssignments].map(([name, one]) => {
      const scope = one.scope.replace(subscription().subscriptionId, other.subscriptionId);
      return [name, { ...one, scope }] as const;
    });
    tenant().subscriptions.set(other.subscriptionId, { ...other, roleAssignments: new Map(assignments) });
    return other.subscriptionId;
  }

  const rows: Row[] = [
    {
      fix: "lib/azure/api.ts: Register it, once for the subscription",
      given: () => {
        subscription().conditions = { unregistered: ["Microsoft.KeyVault"] };
        return {};
      },
    },
    {
      fix: "lib/azure/find-vault.ts: Name one",
      given: () => ({}),
      environment: () => ({ ARM_SUBSCRIPTION_ID: randomUUID() }),
      fill: () => ({ "subscription id": subscription().subscriptionId }),
    },
    {
      fix: "lib/azure/find-vault.ts: Let the stack make it",
      given: () => ({ vault: { ...least.vault, createResourceGroup: false } }),
    },
    {
      fix: "lib/azure/find-vault.ts: Deploy to where it is",
      given: async () => {
        await makeVault("elsewhere");
        return {};
      },
    },
    {
      fix: "lib/azure/find-vault.ts: If it is not this stack's, choose another name",
      given: async () => {
        await makeVault("elsewhere");
        return {};
      },
      fill: () => ({ "vault name": "another-vault" }),
    },
    {
      fix: "lib/azure/find-vault.ts: Choose another name",
      given: async () => {
        await makeVault("elsewhere");
        // In another tenant.
        const own = subscription();
        const { vaults } = own;
        const id = randomUUID();
        const northwind = emulator.clouds.get("AzureCloud")?.tenants.get(emulator.seeds.otherPartners[0].partner.id);
        northwind?.subscriptions.set(id, { ...own, subscriptionId: id, resourceGroups: new Map(), vaults });
        own.vaults = new Map();
        return {};
      },
      fill: () => ({ "vault name": "another-vault" }),
    },
    {
      fix: "lib/azure/find-vault.ts: Deploy to where it is (2)",
      given: async () => {
        await makeVault(least.vault.resourceGroupName);
        return {};
      },
      environment: () => ({ ARM_SUBSCRIPTION_ID: another() }),
    },
    {
      fix: "lib/azure/find-vault.ts: Set what it has, then deploy again",
      given: async () => {
        await makeVault(least.vault.resourceGroupName);
        return { vault: { ...least.vault, retentionDays: 7, location: "northeurope" } };
      },
    },
    {
      fix: "lib/azure/find-vault.ts: Set what it has, then deploy again",
      given: async () => {
        await makeVault(least.vault.resourceGroupName);
        for (const vault of subscription().vaults.values()) vault.deletedAt = emulator.clock.now();
        return { vault: { ...least.vault, retentionDays: 7 } };
      },
    },
    {
      fix: "lib/azure/log-destination.ts: Name another one",
      given: async () => {
        await (
          await askResourceManager(emulator)
        )("PUT", groupPath(emulator), { location: "northeurope" });
        await (
          await askResourceManager(emulator)
        )("PUT", workspace(), { location: "northeurope" });
        return { vault: { ...least.vault, diagnostics: `${workspace()}-gone` } };
      },
      fill: () => ({ "resource id": workspace() }),
    },
    {
      fix: "lib/azure/log-destination.ts: Name another one",
      given: async () => {
        await (
          await askResourceManager(emulator)
        )("PUT", groupPath(emulator), { location: "northeurope" });
        await makeAccount("contosonorth", "northeurope");
        await makeAccount("contosowest", "westeurope");
        return { vault: { ...least.vault, diagnostics: account("contosonorth") } };
      },
      fill: () => ({ "resource id": account("contosowest") }),
    },
  ];

  test.each(rows)("$fix", run);
});

describe("a tenant that another cloud has", () => {
  // With a vault that the stack creates, the region would be wrong as well and be reported first.
  const vault = { uri: "https://127.0.0.1:8443/" };
  const given = (number: number) => () => {
    emulator.faults.add({ cloud: "AzureUSGovernment", service: "authority", entra: number, times: 0 });
    return adopting(randomUUID(), { cloud: "AzureUSGovernment", endpoints: ownEndpoints(), vault });
  };
  const rest = {
    fill: () => ({ cloud: "AzureCloud" }),
    fails: ({ cloud: name, consent }: Settings) =>
      principalOf(microsoftGraph(cloud(name), emulator.seeds.partner.id), String(consent.account)),
  };

  test.each<Row>([
    { fix: "AADSTS90038: Set the tenant's own cloud", given: given(90038), ...rest },
    { fix: "AADSTS900382: Set the tenant's own cloud", given: given(900382), ...rest },
    { fix: "AADSTS900432: Set the tenant's own cloud", given: given(900432), ...rest },
  ])("$fix", run);
});

describe("settings", () => {
  const right = "11111111-1111-1111-1111-111111111111";
  const withReaders = (readers: unknown) => ({ vault: { ...least.vault, readers } });
  const fill = () => ({ "object id": "22222222-2222-2222-2222-222222222222" });
  const rows: Row[] = [
    {
      fix: "lib/config/problems.ts: Remove it",
      given: () => ({ colour: "red" }),
      fails: () => undefined,
    },
    {
      fix: "lib/config/problems.ts: Set it",
      given: () => withReaders([{}]),
      fill,
      fails: () => undefined,
    },
    {
      fix: "lib/config/problems.ts: Set it",
      given: () => withReaders("everybody"),
      fill,
      fails: () => undefined,
    },
    {
      fix: "lib/config/problems.ts: Set it",
      // A text beside one that is right, which stays.
      given: () => withReaders(["x", { principalId: right, principalType: "User" }]),
      fill,
      fails: ({ vault }) => {
        expect(vault).toMatchObject({ readers: [{ principalId: right, principalType: "User" }] });
      },
    },
    {
      fix: "lib/config/problems.ts: Set the other one",
      given: () => ({ cloud: "AzureUSGovernment" }),
      fails: () => undefined,
    },
    {
      fix: "lib/config/settings.ts: Name your own",
      given: () => ({ endpoints: { authority: "https://login.example" } }),
      fails: ({ endpoints: { authority } = {} }) => {
        expect(authority).toBe("https://login.example");
      },
    },
    {
      fix: "lib/config/settings.ts: Use Microsoft's",
      given: () => ({ endpoints: { authority: "https://login.example" } }),
      fails: ({ endpoints }) => {
        expect(endpoints).toBeUndefined();
      },
    },
  ];

  test.each(rows)("$fix", run);
});

/** A warning, or an error of the engine's own, is a text: its fix comes after its message. */
const fixIn = (text: string, words: string) => {
  const [, line = ""] = text.split(`${words}: `);
  return [{ text: words, byPerson: false, commands: [{ line, program: "", args: [] }] }];
};

test("a warning of an adoption goes with its line", async () => {
  const fix = "lib/application/adoption/plan.ts: Disable them";
  await stack.configure({ ...least, ...adopting(register({ isFallbackPublicClient: true }).clientId) });
  const env = stack.variables(deployer(), az.folder());
  await repairs(
    { env, cwd: stack.folder },
    {
      fix,
      look: async (variables) => {
        told = [];
        jest.replaceProperty(process, "env", { ...process.env, ...variables });
        await program(await stack.settings());
        return told[0] === undefined ? undefined : fixIn(told[0], "Disable them");
      },
    },
  );
});

test("a tenant without the group AdminAgents gets no pre-consent", async () => {
  const fix = "components/admin-agents.ts: Leave the pre-consent out";
  await stack.configure({ ...least, configurePreconsent: true });
  await repairs(
    { env: stack.environment, cwd: stack.folder },
    {
      fix,
      look: async () => {
        await pulumi.runtime.setMocks({
          newResource: ({ name }) => ({ id: name, state: {} }),
          call: () => {
            const details = "No group found matching specified filter";
            // In gRPC's form.
            throw Object.assign(new Error(details), { details });
          },
        });
        if (!(await stack.settings()).configurePreconsent) return undefined;
        const text = await adminAgents({}).catch((error: unknown) => (error as Error).message);
        return fixIn(text, "Leave the pre-consent out");
      },
    },
  );
});

test("a run that writes the client secret elsewhere is run without that", async () => {
  const env = { ...stack.environment, TF_LOG: "DEBUG", PULUMI_DEBUG_GRPC: "calls.json" };
  await repairs(
    { env, cwd: stack.folder },
    {
      fix: "components/shown-elsewhere.ts: Run it without",
      look: (variables) => {
        const parts = shownElsewhere(variables, ["node"]);
        const fixes = parts.flatMap((one) => documentOf(new Failure("shown", one)).fixes);
        return Promise.resolve(fixes.length === 0 ? undefined : fixes);
      },
    },
  );
});
