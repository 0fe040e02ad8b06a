/** Doctor's findings without a stack: each printed fix is run, and doctor checks again. */
import { randomUUID } from "node:crypto";
import { type Application, type ServicePrincipal } from "../../embedded-cloud/testing/directory";
import { partnerTenant } from "../../embedded-cloud/testing/applications";
import { askResourceManager, assign, groupPath, roleIds, vaultPath } from "../../embedded-cloud/testing/azure";
import { firstPartyApps } from "../../lib/config/clouds";
import { certificate } from "../consent/fixtures";
import { finding, removePrincipal, subscriptionOf } from "./support/here";
import { proveFix } from "./support/printed";
import { type Place, placeForEach } from "./support/terminal";

/** Built in, like those of support/azure.ts. */
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

let stage: Place["stage"];
let terminal: Place["terminal"];
const testFixOf = placeForEach((fresh) => {
  ({ stage, terminal } = fresh);
}, "administrator");

const tenant = () => partnerTenant(stage.emulator);
const application = (): Application => stage.application.application;
const principal = (): ServicePrincipal => stage.application.servicePrincipal;
const subscription = () => subscriptionOf(stage.emulator);

interface Situation {
  fill?: () => Record<string, string>;
  environment?: () => Record<string, string>;
}

/** Registers a test: the check prints the fix, which is run. */
function testFix(fix: string, name: string, breaks: () => unknown, { fill, environment }: Situation = {}): void {
  testFixOf(fix, async () => {
    await breaks();
    const command = finding(name, { clientId: stage.application.clientId });
    return { env: environment?.() ?? {}, command, fill: fill?.() ?? {} };
  });
}

describe("the directory", () => {
  testFix("cli/doctor/checks/application.ts: Disable that", "application", () => {
    const implicitGrantSettings = { enableIdTokenIssuance: true, enableAccessTokenIssuance: true };
    application().web = { ...application().web, implicitGrantSettings };
  });
  testFix("cli/doctor/checks/reply-urls.ts: Disable that", "reply-urls", () => {
    application()["isFallbackPublicClient"] = true;
  });
  testFix("cli/doctor/checks/directory.ts: By hand", "partner-center", () => {
    removePrincipal(stage.emulator, firstPartyApps.partnerCenter);
  });
  testFix("cli/doctor/checks/directory.ts: Enable it", "service-principal", () => {
    principal().accountEnabled = false;
  });
  testFix("cli/doctor/checks/directory.ts: Require none", "service-principal", () => {
    principal()["appRoleAssignmentRequired"] = true;
  });
  testFix(
    "cli/doctor/checks/deployer.ts: Add the missing ones, and have an administrator consent to them",
    "graph-roles",
    () => {
      const ofGroups = "dbaae8cf-10b5-4b86-a4a1-f871c94c6695";
      for (const [id, { appRoleId }] of tenant().appRoleAssignments) {
        if (appRoleId === ofGroups) tenant().appRoleAssignments.delete(id);
      }
    },
  );
  testFix(
    "cli/doctor/checks/azure.ts: Assign the role",
    "azure-roles",
    () => {
      subscription().roleAssignments.delete(stage.emulator.seeds.deployer.ownerAssignment);
    },
    { fill: () => ({ "subscription id": subscription().subscriptionId }) },
  );
  testFix(
    "cli/doctor/checks/azure.ts: Assign the role (2)",
    "azure-roles",
    () => {
      subscription().roleAssignments.delete(stage.emulator.seeds.deployer.ownerAssignment);
    },
    { environment: () => ({ ARM_SUBSCRIPTION_ID: subscription().subscriptionId }) },
  );
  testFix("cli/doctor/checks/azure.ts: Register it, once for the subscription", "vault-provider", () => {
    subscription().conditions = { unregistered: ["Microsoft.KeyVault"] };
  });
});

describe("Azure and the vault", () => {
  const vaultId = () => vaultPath(stage.emulator);
  const workspace = () => `${groupPath(stage.emulator)}/providers/Microsoft.OperationalInsights/workspaces/audit`;
  const deployerId = () => stage.emulator.seeds.deployer.servicePrincipalId;
  const ofDeployer = () =>
    [...subscription().roleAssignments.values()].filter((one) => one.principalId === deployerId());
  /** The deployer's only roles after this call. */
  async function onlyRoles(...roles: [role: string, scope: string][]): Promise<void> {
    const ask = await askResourceManager(stage.emulator);
    const { ownerAssignment } = stage.emulator.seeds.deployer;
    for (const { name } of ofDeployer()) if (name !== ownerAssignment) subscription().roleAssignments.delete(name);
    for (const [role, scope] of roles) await assign(stage.emulator, ask, scope, role);
    subscription().roleAssignments.delete(ownerAssignment);
  }

  testFix("cli/doctor/checks/azure.ts: Name the subscription to use", "azure-roles", () => {
    const other = { ...structuredClone(subscription()), subscriptionId: randomUUID(), displayName: "Another" };
    tenant().subscriptions.set(other.subscriptionId, other);
    const mine = `/subscriptions/${subscription().subscriptionId}`;
    for (const one of other.roleAssignments.values()) {
      one.scope = one.scope.replace(mine, `/subscriptions/${other.subscriptionId}`);
      one.roleDefinitionId = one.roleDefinitionId.replace(roleIds.owner, reader);
    }
  });
  testFix(
    "cli/doctor/checks/vault.ts: Name its subscription",
    "vault-write",
    () => onlyRoles([roleIds.secretsOfficer, vaultId()], [reader, vaultId()]),
    { fill: () => ({ "subscription id": subscription().subscriptionId }) },
  );
  testFix("cli/doctor/checks/vault.ts: Assign the role", "vault-write", () =>
    onlyRoles([reader, `/subscriptions/${subscription().subscriptionId}`], [roleIds.secretsUser, vaultId()]),
  );
  testFix("cli/doctor/checks/vault.ts: Assign the roles for its certificate", "vault-write", async () => {
    await onlyRoles([reader, `/subscriptions/${subscription().subscriptionId}`], [roleIds.secretsOfficer, vaultId()]);
    await stage.storeToken({ tags: stage.tags({ "client-secret": certificate.reference }) });
  });
  testFix(
    "cli/doctor/checks/vault-exposure.ts: Its owner sends it to a Log Analytics workspace",
    "vault-audit",
    async () => {
      await (
        await askResourceManager(stage.emulator)
      )("PUT", workspace(), { location: "westeurope" });
    },
    { fill: () => ({ "workspace id": workspace() }) },
  );
  testFix("cli/doctor/checks/vault.ts: Add them", "vault-write", async () => {
    const permissions = { secrets: ["get", "list"] };
    const accessPolicies = [{ tenantId: stage.tenantId, objectId: deployerId(), permissions }];
    const ask = await askResourceManager(stage.emulator);
    await ask("PATCH", vaultId(), { properties: { enableRbacAuthorization: false, accessPolicies } });
  });
});

/** The printed line is the same command with the right option. */
describe("an option that is missing or wrong", () => {
  const environment = (...without: string[]) => {
    const entries = Object.entries(terminal.env);
    return Object.fromEntries(entries.filter(([name]) => !without.some((one) => name.startsWith(one))));
  };

  test.each([
    { finding: "cloud", words: " --cloud AzureGermanCloud", fix: "cli/doctor/checks/target.ts: Name one of {}" },
    // There is no login either.
    { finding: "tenant", without: ["ARM_"], fix: "cli/doctor/checks/target.ts: Name it", code: 1 },
    {
      finding: "vault",
      words: " --vault https://contoso.vault.azure.cn",
      fix: "cli/doctor/checks/vault.ts: Name one of this cloud ({})",
    },
    {
      finding: "vault",
      without: ["SECURE_APP_MODEL_VAULT"],
      fix: "cli/doctor/checks/vault.ts: Name one that is there ({})",
    },
    { finding: "application", fix: "cli/doctor/checks/application.ts: Name one that is there" },
  ])("$finding: $fix", async ({ words = "", without = [], code = 3, ...proof }) => {
    const { tenantId, vaultUri: uri } = stage;
    const fill = { cloud: "AzureCloud", "GUID or domain": tenantId, uri, "client id": stage.application.clientId };
    const command = `secure-app-model doctor${words}`;
    // A token names its application.
    const given = async () => (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
    await proveFix({ env: environment(...without) }, { command, ...proof, given, fill, itself: true, code });
  });

  test("a service principal, without any login", async () => {
    const { ARM_TENANT_ID = "", ARM_CLIENT_ID = "", ARM_CLIENT_SECRET = "" } = terminal.env;
    const fill = { tenant: ARM_TENANT_ID, "client id": ARM_CLIENT_ID, "client secret": ARM_CLIENT_SECRET };
    const fix = "lib/azure/credential-error.ts: Name a service principal";
    await proveFix({ env: environment("ARM_") }, { command: finding("login"), fix, fill });
  });
});
