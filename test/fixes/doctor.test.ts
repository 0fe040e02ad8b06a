/** Doctor's findings without a stack: each printed fix is run, and doctor checks again. */
import { randomUUID } from "node:crypto";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import {
  assign,
  groupPath,
  resourceManagerOf,
  roleIds,
  vaultName,
  vaultPath,
} from "../../tools/embedded-cloud/testing/azure";
import { judgeRefusal } from "../../cli/doctor/checks/vault";
import { firstPartyApps } from "../../lib/config/clouds";
import { fixDocuments } from "../../lib/errors/document";
import { credentialName, type Stage } from "../cli/support/stage";
import { certificate } from "../token/fixtures";
import { finding, removePrincipal, subscriptionOf } from "./support/here";
import { placeForEach, type Situation } from "./support/place";

/** Built in, like those of support/azure.ts. */
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

const testFixOf = placeForEach("administrator");

/** Registers a test: the check prints the fix, which is run. */
function testFix(
  fix: string,
  name: string,
  breaks: (stage: Stage) => unknown,
  message?: (stage: Stage) => string,
): void {
  testFixOf(fix, async ({ stage }) => {
    await breaks(stage);
    return { command: finding(name, { clientId: stage.application.clientId }, ["ok"], message?.(stage)) };
  });
}

const tenant = ({ emulator }: Stage) => partnerTenant(emulator);
const subscription = ({ emulator }: Stage) => subscriptionOf(emulator);
const withoutOwner = (stage: Stage) => {
  subscription(stage).roleAssignments.delete(stage.emulator.seeds.deployer.ownerAssignment);
};

describe("the directory", () => {
  for (const isId of [true, false])
    testFix(
      "cli/doctor/checks/application.ts: Disable that",
      "application",
      ({ application: { application } }) => {
        const implicitGrantSettings = { enableIdTokenIssuance: isId, enableAccessTokenIssuance: !isId };
        application.web = { ...application.web, implicitGrantSettings };
      },
      ({ application: { application } }) =>
        `warning: ${application.displayName} issues tokens without a code (implicit grant), which the model does not need`,
    );
  testFix("cli/doctor/checks/reply-urls.ts: Disable that", "reply-urls", ({ application: { application } }) => {
    application["isFallbackPublicClient"] = true;
  });
  testFix("cli/doctor/checks/directory.ts: By hand", "partner-center", ({ emulator }) => {
    removePrincipal(emulator, firstPartyApps.partnerCenter);
  });
  testFix("cli/doctor/checks/directory.ts: Enable it", "service-principal", ({ application }) => {
    application.servicePrincipal.accountEnabled = false;
  });
  testFix(
    "cli/doctor/checks/directory.ts: Require none",
    "service-principal",
    ({ application }) => {
      application.servicePrincipal["appRoleAssignmentRequired"] = true;
    },
    ({ application }) =>
      `warning: object ${application.servicePrincipal.id} requires an assignment: accounts without one are refused (AADSTS50105)`,
  );
  testFix(
    "cli/doctor/checks/deployer.ts: Add the missing ones, and have an administrator consent to them",
    "graph-roles",
    (stage) => {
      const ofGroups = "dbaae8cf-10b5-4b86-a4a1-f871c94c6695";
      const { appRoleAssignments } = tenant(stage);
      for (const [id, { appRoleId }] of appRoleAssignments) if (appRoleId === ofGroups) appRoleAssignments.delete(id);
    },
  );
  testFixOf("cli/doctor/checks/reply-urls.ts: Repair them", ({ stage: { application } }) => {
    application.application.web.redirectUris = [];
    const proven = () => {
      expect(application.application.web.redirectUris).toContain("urn:ietf:wg:oauth:2.0:oob");
    };
    return { command: "doctor", finding: "reply-urls", proven };
  });
});

describe("Azure and the vault", () => {
  const vaultId = ({ emulator }: Stage) => vaultPath(emulator);
  const subscriptionId = (stage: Stage) => `/subscriptions/${subscription(stage).subscriptionId}`;
  const ofDeployer = (stage: Stage) =>
    [...subscription(stage).roleAssignments.values()].filter(
      ({ principalId }) => principalId === stage.emulator.seeds.deployer.servicePrincipalId,
    );
  /** The deployer's only roles after this call. */
  async function onlyRoles(stage: Stage, ...roles: [role: string, scope: string][]): Promise<void> {
    const ask = resourceManagerOf(stage.emulator);
    const { ownerAssignment } = stage.emulator.seeds.deployer;
    const { roleAssignments } = subscription(stage);
    for (const { name } of ofDeployer(stage)) if (name !== ownerAssignment) roleAssignments.delete(name);
    for (const [role, scope] of roles) await assign(stage.emulator, ask, scope, role);
    withoutOwner(stage);
  }
  testFix("cli/doctor/checks/azure.ts: Assign the role", "azure-roles", withoutOwner);
  testFixOf("cli/doctor/checks/azure.ts: Assign the role (2)", ({ stage }) => {
    withoutOwner(stage);
    const env = { ARM_SUBSCRIPTION_ID: stage.emulator.seeds.subscription.id };
    return { env, command: finding("azure-roles", { clientId: stage.application.clientId }), inBash: true };
  });
  testFix("cli/doctor/checks/azure.ts: Register it, once for the subscription", "vault-provider", (stage) => {
    subscription(stage).conditions = { unregistered: ["Microsoft.KeyVault"] };
  });
  testFix("cli/doctor/checks/azure.ts: Name the subscription to use", "azure-roles", (stage) => {
    const own = subscription(stage);
    const other = { ...structuredClone(own), subscriptionId: randomUUID(), displayName: "Another" };
    tenant(stage).subscriptions.set(other.subscriptionId, other);
    for (const one of other.roleAssignments.values()) {
      one.scope = one.scope.replace(own.subscriptionId, other.subscriptionId);
      one.roleDefinitionId = one.roleDefinitionId.replace(roleIds.owner, reader);
    }
  });
  testFix("cli/doctor/checks/vault.ts: Name its subscription", "vault-write", (stage) =>
    onlyRoles(stage, [roleIds.secretsOfficer, vaultId(stage)], [reader, vaultId(stage)]),
  );
  testFix(
    "cli/doctor/checks/vault.ts: Assign the role",
    "vault-write",
    (stage) => onlyRoles(stage, [reader, subscriptionId(stage)], [roleIds.secretsUser, vaultId(stage)]),
    () =>
      "failed: this login may not store secrets, disable old versions, recover deleted secrets; that is enough to use tokens",
  );
  testFix("cli/doctor/checks/vault.ts: Assign the roles for its certificate", "vault-write", async (stage) => {
    await onlyRoles(stage, [reader, subscriptionId(stage)], [roleIds.secretsOfficer, vaultId(stage)]);
    const tags = { generation: "2", "key-id": "key 2", certificate: `${certificate.name}/${certificate.version}` };
    stage.age(credentialName, 10);
    await stage.vault.setSecret(credentialName, certificate.reference, { tags });
    await stage.storeToken();
  });
  testFixOf("cli/doctor/checks/vault-exposure.ts: Its owner sends it to a Log Analytics workspace", async (place) => {
    const { stage } = place;
    const workspace = `${groupPath(stage.emulator)}/providers/Microsoft.OperationalInsights/workspaces/audit`;
    await resourceManagerOf(stage.emulator)("PUT", workspace, { location: "westeurope" });
    const command = finding("vault-audit", { clientId: stage.application.clientId });
    return { command, fill: { "workspace id": workspace }, inBash: true };
  });
  testFix("cli/doctor/checks/vault.ts: Add them", "vault-write", async (stage) => {
    const objectId = stage.emulator.seeds.deployer.servicePrincipalId;
    const accessPolicies = [{ tenantId: stage.tenantId, objectId, permissions: { secrets: ["get", "list"] } }];
    const ask = resourceManagerOf(stage.emulator);
    await ask("PATCH", vaultId(stage), { properties: { enableRbacAuthorization: false, accessPolicies } });
  });
  // Who has no role on the secrets is given it, on the id that the first line prints.
  testFixOf("cli/doctor/checks/vault.ts: Assign the role, on the vault's id", ({ stage }) => {
    const { roleAssignments } = subscription(stage);
    for (const { name, scope } of ofDeployer(stage)) if (scope.includes("/vaults/")) roleAssignments.delete(name);
    const real = finding("vault");
    const { servicePrincipalId } = stage.emulator.seeds.deployer;
    // Vaults of the embedded cloud have no names in their addresses.
    const uri = `https://${vaultName}.vault.azure.net`;
    const printed = fixDocuments(judgeRefusal(uri, { reason: "no-role", what: "" }, servicePrincipalId));
    return {
      command: async (environment) => ((await real(environment)) === undefined ? undefined : printed),
      fill: { "vault id": vaultId(stage) },
    };
  });
});

/** The printed line is the same command with the right option. */
describe("an option that is missing or wrong", () => {
  for (const { fix, words = "", without = [], ...more } of [
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
  ] as ({ fix: string; words?: string; without?: string[] } & Partial<Situation>)[])
    testFixOf(fix, async ({ stage, terminal }) => {
      // A token names its application.
      await (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
      const fill = { "GUID or domain": stage.tenantId };
      return { env: unset(terminal.env, ...without), command: `doctor${words}`, fill, itself: true, code: 3, ...more };
    });

  testFixOf("lib/azure/credential-error.ts: Name a service principal", ({ terminal: { env } }) => ({
    env: unset(env, "ARM_"),
    command: finding("login"),
    fill: { "client id": String(env["ARM_CLIENT_ID"]), "client secret": String(env["ARM_CLIENT_SECRET"]) },
  }));

  function unset(env: NodeJS.ProcessEnv, ...names: string[]): NodeJS.ProcessEnv {
    const gone = Object.keys(env).filter((name) => names.some((one) => name.startsWith(one)));
    return Object.fromEntries(gone.map((name) => [name, undefined]));
  }
});
