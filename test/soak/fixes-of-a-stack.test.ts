/** Doctor's findings in a deployed stack: each printed deployment is run, and fixes them. Several findings share one. */
import { readFile } from "node:fs/promises";
import { shownElsewhere } from "../../components/secret-exposure";
import { firstPartyApps } from "../../lib/config/clouds";
import { documentOf } from "../../lib/errors/document";
import { Failure } from "../../lib/errors/failure";
import { resourceManagerOf, vaultBody, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import type { Ask } from "../../tools/embedded-cloud/testing/callers";
import { deployedOnce, stackForAll } from "../e2e/support/deployed-once";
import type { Project } from "../e2e/support/project";
import { applicationOf } from "../e2e/support/rotations";
import { openVault } from "../e2e/support/vault";
import { askingVault, azOf } from "../fixes/support/here";
import { proveFix, proveFixes } from "../fixes/support/printed";
import type { Terminal } from "../fixes/support/shell";
import { terminalOf } from "../fixes/support/robot";

let project: Project;
let terminal: Terminal;
stackForAll({}, async (started) => {
  project = started;
  const az: Terminal["az"] = async (argv) => await (await azOf(project.emulator, "deployer"))(argv);
  terminal = { ...(await terminalOf(project)), az };
});

/** Registers a test. @param findings by the names of doctor's checks, the fix of each */
function testFixes(
  title: string,
  findings: Record<string, string>,
  breaks: () => unknown,
  { fill = {}, probe = "" }: { fill?: Record<string, string>; probe?: string } = {},
): void {
  test(title, async () => {
    await breaks();
    const command = `secure-app-model doctor --stack dev --config-file ${project.configFile}${probe}`;
    const proofs = Object.entries(findings).map(([finding, fix]) => ({ command, fix, finding, fill }));
    await proveFixes(terminal, proofs);
  });
}

const vaultId = (name = "partner-tokens") => vaultPath(project.emulator, name, "partner-tokens");
const resourceManager = async (...request: Parameters<Ask>) => await resourceManagerOf(project.emulator)(...request);
const readToken = async () => await (await openVault(project)).getSecret((await project.outputs()).refreshTokenName);

testFixes(
  "where nothing is deployed yet, a deployment makes it",
  {
    application: "cli/doctor/checks/application.ts: Make it",
    vault: "cli/doctor/checks/vault.ts: Make it",
  },
  () => undefined,
);

describe("of a stack that is deployed", () => {
  beforeEach(async () => {
    await project.become(await deployedOnce("AzureCloud"));
  });

  testFixes(
    "an application of one tenant",
    { application: "cli/doctor/checks/application.ts: Make it multi-tenant" },
    async () => {
      (await applicationOf(project)).signInAudience = "AzureADMyOrg";
    },
  );

  testFixes(
    "what was taken out of the application, its group and its vault",
    {
      "admin-agents": "cli/doctor/checks/directory.ts: Put it back",
      permissions: "cli/doctor/checks/permissions.ts: Declare them; this also grants them, or names who must",
      "azure-permission": "cli/doctor/checks/permissions.ts: Declare it; this also grants it, or names who must",
      "reply-urls": "cli/doctor/check.ts: Deploy again",
    },
    async () => {
      const own = await applicationOf(project);
      const taken = [firstPartyApps.partnerCenter, firstPartyApps.azureResourceManager];
      own.requiredResourceAccess = own.requiredResourceAccess.filter((one) => !taken.includes(one.resourceAppId));
      own.web = { ...own.web, redirectUris: [] };
      const { servicePrincipalObjectId } = await project.outputs();
      project.tenant.groups.get(project.seeds.groups.adminAgents.id)?.members.delete(servicePrincipalObjectId);
    },
  );

  testFixes(
    "a grant that somebody took back",
    {
      "account-consent": "cli/doctor/checks/account-consent.ts: Grant it",
      probe: "cli/doctor/who-grants.ts: Grant it",
    },
    () => {
      for (const grant of project.tenant.grants.values()) grant.scope = grant.scope.replace("User.Read", "");
    },
    { probe: " --probe" },
  );

  testFixes(
    "Azure, once it is wanted",
    {
      "azure-permission":
        "cli/doctor/checks/permissions.ts: If Azure is wanted, declare it; this also grants it, or names who must",
    },
    async () => {
      await project.configure({ azureManagement: false });
      await project.up();
    },
  );

  test("an address of a vault that is no longer the stack's", async () => {
    const { body } = await resourceManager("PUT", vaultId("former"), vaultBody(project.emulator));
    const { vaultUri: former } = (body as { properties: { vaultUri: string } }).properties;
    await resourceManager("DELETE", vaultId("former"));
    const { stdout } = await proveFix(terminal, {
      command: `secure-app-model status --vault ${former}`,
      fix: "lib/vault/vault-error.ts: If the stack has another vault by now, name that, here and in {}",
      fill: { stack: "dev", uri: (await project.outputs()).vaultUri },
      itself: true,
    });
    expect(stdout).toContain('"health":"ok"');
  });

  testFixes(
    "a vault that was deleted",
    { vault: "lib/vault/vault-error.ts: Recover a deleted vault, with its content" },
    () => resourceManager("DELETE", vaultId()),
  );

  describe("a vault that does not let this machine in", () => {
    const others = "203.0.113.0/24";
    beforeEach(async () => {
      const { config } = JSON.parse(await readFile(project.configFile, "utf8")) as { config: Record<string, object> };
      const vault = { ...config["secure-application-model:vault"], networkRules: { ipRules: ["127.0.0.1", others] } };
      await project.configure({ vault });
      await project.up();
      await project.configure({ vault: { ...vault, networkRules: { ipRules: [others] } } });
      const rules = { ipRules: [{ value: others }], virtualNetworkRules: [] };
      const networkAcls = { bypass: "None", defaultAction: "Deny", ...rules };
      await resourceManager("PATCH", vaultId(), { properties: { networkAcls } });
    });
    afterEach(async () => {
      const { body } = await resourceManager("GET", vaultId());
      const { networkAcls } = (body as { properties: { networkAcls: { ipRules: { value: string }[] } } }).properties;
      // It excludes no other address.
      expect(networkAcls.ipRules.map(({ value }) => value).sort()).toEqual(["127.0.0.1/32", others]);
    });

    const fill = { address: "127.0.0.1", "next number from 0": "1" };
    testFixes("the doctor says how", { vault: "cli/doctor/checks/vault.ts: Add it" }, () => undefined, { fill });

    test("the vault's own refusal says how", async () => {
      const fix = "lib/vault/vault-error.ts: Add this machine's address behind those that are there";
      await proveFix(terminal, { command: askingVault(readToken), fix, fill });
    });
  });

  test("a client secret that somebody may have read is rotated", async () => {
    const keyIds = async () => (await applicationOf(project)).passwordCredentials.map(({ keyId }) => keyId);
    const before = await keyIds();
    const fixes = shownElsewhere({ TF_LOG: "DEBUG" }, ["node"]).flatMap(
      (one) => documentOf(new Failure("defect", one)).fixes,
    );
    await proveFix(terminal, {
      command: async () => ((await keyIds()).some((one) => before.includes(one)) ? fixes : undefined),
      fix: "components/secret-exposure.ts: If somebody may have read it, rotate the client secret",
      fill: { stack: "dev" },
    });
    expect(await keyIds()).toHaveLength(1);
  });
});
