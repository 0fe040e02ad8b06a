/**
 * Fixes by a deployment for problems of a stack's token that other commands, and doctor, report: several situations are created one after
 * the other, each prints its fix, one deployment with the settings of all is run, and each line is run again.
 */
import { firstPartyApps } from "../../lib/config/clouds";
import { assignDirectoryRole } from "../../tools/embedded-cloud/testing/directory";
import { deployedOnce } from "../e2e/support/deployed-once";
import { Project, type StackOutputs } from "../e2e/support/project";
import { applicationOf } from "../e2e/support/rotations";
import { openVault } from "../e2e/support/vault";
import { eachNumber, type FixProof, numberIn, proveFixes } from "../fixes/support/printed";
import { atRedemption, atSignIn, refuse } from "../fixes/support/place";
import { type Terminal, type } from "../fixes/support/shell";
import { terminalOf } from "../fixes/support/robot";

let project: Project;
let terminal: Terminal;
afterEach(() => project.close());

async function open(settings?: Record<string, unknown>): Promise<void> {
  project = await Project.start(settings === undefined ? { deployed: await deployedOnce("AzureCloud") } : { settings });
  if (settings !== undefined) await project.up();
  const { vaultUri, cloud } = await project.outputs();
  terminal = await terminalOf(project, {
    SECURE_APP_MODEL_VAULT: vaultUri,
    SECURE_APP_MODEL_CLOUD: cloud,
  });
}

const day = 86_400_000;
const account = () => project.seeds.users.serviceAccount;
const outOfBand = "urn:ietf:wg:oauth:2.0:oob";

/** @param breaks what the embedded cloud would give another number for */
const refused = (fixes: string, where: object, failing: Omit<FixProof, "fix">, breaks?: () => void): FixProof[] =>
  eachNumber(fixes).map((fix) => {
    const given = () => {
      breaks?.();
      refuse(project, numberIn(fix), where);
    };
    return { fix, given, ...failing };
  });

async function proveAllByDeployment(rows: readonly FixProof[]): Promise<void> {
  const { lines } = await proveFixes(terminal, rows);
  expect(lines.filter((line) => line.startsWith("pulumi up"))).toHaveLength(1);
}

test("a stack whose token lacks permissions, and whose client secret ends", async () => {
  await open();
  assignDirectoryRole(project.tenant, "globalAdministrator", account().id);
  await project.configure({ azureManagement: false, adminConsent: undefined });
  await project.up();
  await type(terminal, ["secure-app-model consent --force"]);
  const fill = { stack: "dev" };
  const token = { command: "secure-app-model token partner-center" };
  const ofArm = { command: "secure-app-model token arm" };
  const ofGraph = { command: "secure-app-model token graph" };
  await proveAllByDeployment([
    {
      fix: "AADSTS650057: Declare the permission of Azure Resource Manager, and deploy: that grants it, or names who must",
      ...ofArm,
    },
    ...refused(
      "AADSTS65001,650056: Declare the permission of Azure Resource Manager, and deploy: that grants it, or names who must",
      atRedemption,
      ofArm,
    ),
    ...refused("AADSTS650057,65001,650056: Declare that of Microsoft Graph, and deploy", atRedemption, ofGraph),
    {
      fix: "lib/token/verdict.ts: Rotate it",
      command: "secure-app-model status",
      fill,
      given: async () => {
        const vault = await openVault(project);
        const { name } = (await project.outputs()).credential;
        const { version = "" } = (await vault.getSecret(name)).properties;
        await vault.updateSecretProperties(name, version, { expiresOn: new Date(Date.now() + 3 * day) });
      },
    },
    ...refused("AADSTS7000215: If it has expired, rotate it", atRedemption, { fill, ...token }),
    {
      fix: "AADSTS7000222: Rotate it",
      fill,
      given: async () => {
        for (const one of (await applicationOf(project)).passwordCredentials)
          one.endDateTime = new Date(Date.now() - day).toISOString();
      },
      ...token,
    },
  ]);
  const declared = (await applicationOf(project)).requiredResourceAccess.map(({ resourceAppId }) => resourceAppId);
  expect(declared).toEqual(
    expect.arrayContaining([firstPartyApps.microsoftGraph, firstPartyApps.azureResourceManager]),
  );
});

test("a stack whose application somebody changed, and whose account is gone and may not consent", async () => {
  await open();
  const { otherAccount } = project.seeds.users;
  await project.configure({ adminConsent: undefined, consent: { account: otherAccount.userPrincipalName } });
  assignDirectoryRole(project.tenant, "globalAdministrator", otherAccount.id);
  terminal.env["SIGN_IN_ROBOT_ACCOUNT"] = otherAccount.userPrincipalName;
  await type(terminal, ["pulumi up"]);
  delete terminal.env["SIGN_IN_ROBOT_ACCOUNT"];
  const own = await applicationOf(project);
  const declared = own.requiredResourceAccess.length;
  const doctor = {
    command: `secure-app-model doctor --stack dev --config-file ${project.configFile} --probe`,
    finding: "refresh-token",
    fill: { account: account().userPrincipalName },
  };
  const fill = { tenant: project.seeds.partner.id };
  const consent = { command: "secure-app-model consent --force", fill };
  const token = { command: "secure-app-model token partner-center" };
  await proveAllByDeployment([
    ...refused("AADSTS50020: Sign in with the service account, or set another one", atRedemption, doctor),
    {
      fix: "AADSTS50034: Sign in with the service account, or set another one",
      given: () => project.tenant.users.delete(otherAccount.id),
      ...doctor,
    },
    ...refused("AADSTS50011: Put the reply URLs back", atSignIn, consent, () => {
      own.web.redirectUris = [];
    }),
    ...refused("AADSTS900971: Put the reply URLs back", atSignIn, consent),
    ...refused("AADSTS50194: Name the tenant, and restore the audience", atSignIn, consent, () => {
      own.signInAudience = "AzureADMyOrg";
    }),
    ...refused("AADSTS65005: Put the declared permissions back", atSignIn, consent, () => {
      own.requiredResourceAccess = own.requiredResourceAccess.slice(0, 1);
    }),
    ...refused(
      "AADSTS90094,900941,900981: The deployer grants the delegated permissions to the account alone, with DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph",
      atSignIn,
      consent,
    ),
    ...refused(
      "AADSTS90093: The deployer grants the delegated permissions to the account alone, with DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph",
      atSignIn,
      consent,
      () => {
        project.tenant.permissionGrantPolicies = [];
        project.tenant.grants.clear();
      },
    ),
    ...refused("AADSTS7000218: Repair the registration, then the secret", atRedemption, token, () => {
      own["publicClient"] = { redirectUris: [outOfBand] };
    }),
    {
      fix: "AADSTS7000215: If the client secret is gone, create a new one",
      given: () => {
        own.passwordCredentials = [];
      },
      ...token,
    },
  ]);
  expect([own.signInAudience, own.requiredResourceAccess.length, own.web.redirectUris.includes(outOfBand)]).toEqual([
    "AzureADMultipleOrgs",
    declared,
    true,
  ]);
});

describe("what is gone from the vault for good", () => {
  // Deleted and purged.
  const lose = (nameIn: (outputs: StackOutputs) => string) => async () => {
    const name = nameIn(await project.outputs());
    const vault = project.subscription.vaults.get("partner-tokens");
    expect(vault?.secrets.delete(name)).toBe(true);
  };

  test("the record", async () => {
    await open();
    await proveAllByDeployment([
      {
        fix: "lib/credential/client-credential.ts: Have the stack that made it put it back",
        command: "secure-app-model token graph",
        given: lose(({ credential }) => credential.name),
      },
    ]);
  });

  test("the token", async () => {
    await open();
    const fix = "cli/redemption/partner-token.ts: Have the stack that makes the vault consent";
    await proveAllByDeployment([
      { fix, command: "secure-app-model renew", given: lose(({ refreshTokenName }) => refreshTokenName) },
    ]);
  });
});

test("a stack whose certificate the application lost, and whose certificate has ended", async () => {
  await open({ credential: { kind: "certificate" } });
  const own = await applicationOf(project);
  const command = "secure-app-model token graph";
  await proveAllByDeployment([
    {
      fix: "AADSTS700027: Put its public part back on the application",
      command,
      given: () => {
        own.keyCredentials = [];
      },
    },
  ]);
  await proveFixes(
    terminal,
    refused("AADSTS700027: If it has ended, rotate it", atRedemption, { command, fill: { stack: "dev" } }),
  );
});
