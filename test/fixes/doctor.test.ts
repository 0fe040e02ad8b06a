/** Doctor's findings without a stack: each printed fix is run, and doctor checks again. */
import { randomUUID } from "node:crypto";
import type { DoctorOptions } from "../../cli/doctor/facts";
import type { Application, ServicePrincipal, Subscription } from "../../embedded-cloud/testing/directory";
import { firstPartyApps } from "../../lib/config/clouds";
import { type Stage, stageForEach } from "../cli/support/stage";
import { certificate } from "../consent/fixtures";
import { partnerTenant } from "../../embedded-cloud/testing/applications";
import { askResourceManager, assign, groupPath, roleIds, vaultPath } from "../../embedded-cloud/testing/azure";
import { ownedByAdministrator } from "./support/administrator";
import { azForAll, finding, repairs } from "./support/here";

/** Built in, like those of support/azure.ts. */
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

let stage: Stage;
stageForEach(async (fresh) => {
  stage = fresh;
  await ownedByAdministrator(stage.emulator);
});
const az = azForAll(() => stage.emulator);

const tenant = () => partnerTenant(stage.emulator);
const application = (): Application => stage.application.application;
const principal = (): ServicePrincipal => stage.application.servicePrincipal;
const subscription = (): Subscription => {
  const found = tenant().subscriptions.get(stage.emulator.seeds.subscription.id);
  if (found === undefined) throw new Error("The seeds have no subscription.");
  return found;
};

interface Row {
  fix: string;
  /** The check that prints it. */
  name: string;
  breaks: () => void | Promise<void>;
  options?: DoctorOptions;
  fill?: () => Record<string, string>;
  environment?: () => Record<string, string>;
}

async function run({ fix, name, breaks, options, fill, environment }: Row): Promise<void> {
  await breaks();
  const { id: oid } = stage.emulator.seeds.users.administrator;
  az.identity = { ...az.identity, oid };
  const terminal = { env: stage.environment({ PATH: az.path(), ...environment?.() }) };
  const look = finding(name, { clientId: stage.application.clientId, ...options });
  await repairs(terminal, { look, fix, ...(fill === undefined ? {} : { fill: fill() }) });
}

function withoutPrincipalOf(appId: string): void {
  const found = [...tenant().servicePrincipals.values()].find((one) => one.appId === appId);
  tenant().servicePrincipals.delete(found?.id ?? "");
}

describe("the directory", () => {
  const rows: Row[] = [
    {
      name: "application",
      fix: "cli/doctor/checks/application.ts: Disable that",
      breaks: () => {
        const implicitGrantSettings = { enableIdTokenIssuance: true, enableAccessTokenIssuance: true };
        application().web = { ...application().web, implicitGrantSettings };
      },
    },
    {
      name: "reply-urls",
      fix: "cli/doctor/checks/reply-urls.ts: Disable that",
      breaks: () => {
        application()["isFallbackPublicClient"] = true;
      },
    },
    {
      name: "partner-center",
      fix: "cli/doctor/checks/directory.ts: By hand",
      breaks: () => {
        withoutPrincipalOf(firstPartyApps.partnerCenter);
      },
    },
    {
      name: "service-principal",
      fix: "cli/doctor/checks/directory.ts: Enable it",
      breaks: () => {
        principal().accountEnabled = false;
      },
    },
    {
      name: "service-principal",
      fix: "cli/doctor/checks/directory.ts: Ask for none",
      breaks: () => {
        principal()["appRoleAssignmentRequired"] = true;
      },
    },
    {
      name: "graph-roles",
      fix: "cli/doctor/fixes.ts: Add what is missing, and let an administrator consent to it",
      breaks: () => {
        const ofGroups = "dbaae8cf-10b5-4b86-a4a1-f871c94c6695";
        for (const [id, { appRoleId }] of tenant().appRoleAssignments) {
          if (appRoleId === ofGroups) tenant().appRoleAssignments.delete(id);
        }
      },
    },
    {
      name: "azure-roles",
      fix: "cli/doctor/checks/azure.ts: Assign the role",
      breaks: () => {
        subscription().roleAssignments.delete(stage.emulator.seeds.deployer.ownerAssignment);
      },
      fill: () => ({ "subscription id": subscription().subscriptionId }),
    },
    {
      name: "azure-roles",
      fix: "cli/doctor/checks/azure.ts: Assign the role (2)",
      environment: () => ({ ARM_SUBSCRIPTION_ID: subscription().subscriptionId }),
      breaks: () => {
        subscription().roleAssignments.delete(stage.emulator.seeds.deployer.ownerAssignment);
      },
    },
    {
      name: "vault-provider",
      fix: "cli/doctor/checks/azure.ts: Register it, once for the subscription",
      breaks: () => {
        subscription().conditions = { unregistered: ["Microsoft.KeyVault"] };
      },
    },
  ];

  test.each(rows)("$name: $fix", run);
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

  const rows: Row[] = [
    {
      name: "azure-roles",
      fix: "cli/doctor/checks/azure.ts: Name the subscription to use",
      breaks: () => {
        const other = { ...structuredClone(subscription()), subscriptionId: randomUUID(), displayName: "Another" };
        tenant().subscriptions.set(other.subscriptionId, other);
        const mine = `/subscriptions/${subscription().subscriptionId}`;
        for (const one of other.roleAssignments.values()) {
          one.scope = one.scope.replace(mine, `/subscriptions/${other.subscriptionId}`);
          one.roleDefinitionId = one.roleDefinitionId.replace(roleIds.owner, reader);
        }
      },
    },
    {
      name: "vault-write",
      fix: "cli/doctor/checks/vault.ts: Name its subscription",
      breaks: () => onlyRoles([roleIds.secretsOfficer, vaultId()], [reader, vaultId()]),
      fill: () => ({ "subscription id": subscription().subscriptionId }),
    },
    {
      name: "vault-write",
      fix: "cli/doctor/checks/vault.ts: Assign the role",
      breaks: () =>
        onlyRoles([reader, `/subscriptions/${subscription().subscriptionId}`], [roleIds.secretsUser, vaultId()]),
    },
    {
      name: "vault-write",
      fix: "cli/doctor/checks/vault.ts: Assign what its certificate takes",
      breaks: async () => {
        await onlyRoles(
          [reader, `/subscriptions/${subscription().subscriptionId}`],
          [roleIds.secretsOfficer, vaultId()],
        );
        await stage.storeToken({ tags: stage.tags({ "client-secret": certificate.reference }) });
      },
    },
    {
      name: "vault-audit",
      fix: "cli/doctor/checks/vault-exposure.ts: Its owner sends it to a Log Analytics workspace",
      breaks: async () => {
        await (
          await askResourceManager(stage.emulator)
        )("PUT", workspace(), { location: "westeurope" });
      },
      fill: () => ({ "workspace id": workspace() }),
    },
    {
      name: "vault-write",
      fix: "cli/doctor/checks/vault.ts: Add them",
      breaks: async () => {
        const permissions = { secrets: ["get", "list"] };
        const accessPolicies = [{ tenantId: stage.tenantId, objectId: deployerId(), permissions }];
        const ask = await askResourceManager(stage.emulator);
        await ask("PATCH", vaultId(), { properties: { enableRbacAuthorization: false, accessPolicies } });
      },
    },
  ];

  test.each(rows)("$name: $fix", run);
});
