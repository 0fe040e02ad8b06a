/** A vault's refusals, and tokens there that Entra refuses: each printed fix is run, and the vault is checked again. */
import { judgeRefusal } from "../../cli/doctor/checks/vault";
import { fixDocuments } from "../../lib/errors/document";
import { firstPartyApps } from "../../lib/config/clouds";
import { partnerTenant } from "../../embedded-cloud/testing/applications";
import { vaultName, vaultPath } from "../../embedded-cloud/testing/azure";
import { askingVault, azForAll, finding, subscriptionOf } from "./support/here";
import { proveFix } from "./support/printed";
import { type Place, placeForEach } from "./support/terminal";

let place: Place;
placeForEach((fresh) => {
  place = fresh;
});
const az = azForAll(() => place.stage.emulator);

/** The robot's terminal, with an administrator's `az` in it. */
const terminal = (): Place["terminal"] => {
  const { env } = place.terminal;
  return { env: { ...env, PATH: `${az.folder()}:${env["PATH"] ?? ""}` } };
};

test("a secret whose newest version is disabled has a new one", async () => {
  const { stage } = place;
  const { version = "" } = (await stage.vault.getSecret(stage.tokenName)).properties;
  await stage.vault.updateSecretProperties(stage.tokenName, version, { enabled: false });
  stage.age(stage.tokenName, 10);
  await proveFix(terminal(), {
    command: askingVault(() => stage.vault.getSecret(stage.tokenName)),
    fix: "lib/vault/vault-error.ts: Unless you know that it may be enabled again, consent again",
  });
});

test("who has no role on the secrets is given it, on the id that the first line prints", async () => {
  const { stage } = place;
  const { deployer } = stage.emulator.seeds;
  const { roleAssignments: roles } = subscriptionOf(stage.emulator);
  for (const [name, { principalId, scope }] of roles)
    if (principalId === deployer.servicePrincipalId && scope.includes("/vaults/")) roles.delete(name);
  const real = finding("vault");
  await proveFix(terminal(), {
    // Vaults of the embedded cloud have no names in their addresses.
    command: async (environment) => {
      if ((await real(environment)) === undefined) return undefined;
      const uri = `https://${vaultName}.vault.azure.net`;
      return fixDocuments(judgeRefusal(uri, { reason: "no-role", what: "" }, deployer.servicePrincipalId));
    },
    fix: "cli/doctor/checks/vault.ts: Assign the role, on the vault's id",
    fill: { "vault id": vaultPath(stage.emulator) },
  });
});

test("a vault of another cloud: its URI is shown, and named", async () => {
  const fix = "lib/config/clouds.ts: See a vault's URI, and name that";
  const fill = { "vault name": vaultName, uri: place.stage.vaultUri };
  const command = "secure-app-model status --vault https://contoso.vault.azure.us";
  const { after } = await proveFix(terminal(), { command, fix, fill, itself: true });
  expect(after.stdout).toMatch(new RegExp(`^${place.stage.vaultUri}`, "u"));
});

test("a grant that the account can give is given by its consent", async () => {
  const { stage } = place;
  const { grants, servicePrincipals } = partnerTenant(stage.emulator);
  const resource = [...servicePrincipals.values()].find(({ appId }) => appId === firstPartyApps.partnerCenter);
  for (const [id, { resourceId }] of grants) if (resourceId === resource?.id) grants.delete(id);
  await proveFix(terminal(), {
    command: finding("consent", { clientId: stage.application.clientId }),
    fix: "cli/doctor/who-grants.ts: The account consents to it",
  });
});

test("a token that does not bring what is granted is replaced by a new sign-in", async () => {
  const { stage } = place;
  // Times are in whole seconds: the existing version must be older than that of the sign-in.
  stage.age(stage.tokenName, 10);
  const form = { grant_type: "refresh_token", scope: `${stage.emulator.origins.azureAdGraph}*` };
  stage.emulator.faults.add({ service: "authority", form, entra: 65001 });
  const look = finding("probe", { probe: true });
  await proveFix(terminal(), {
    // The declared permissions are read as this process.
    command: async (environment) => {
      jest.replaceProperty(process, "env", { ...process.env, ...environment });
      return await look(environment).finally(() => jest.restoreAllMocks());
    },
    fix: "cli/doctor/who-grants.ts: Sign in again",
  });
  expect(await stage.enabled()).toEqual([true, false]);
});
