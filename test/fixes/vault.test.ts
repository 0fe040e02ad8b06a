/** A vault's refusals, and tokens there that Entra refuses: each printed fix is run, and the vault is checked again. */
import { judgeRefusal } from "../../cli/doctor/checks/vault";
import { fixDocuments } from "../../lib/errors/document";
import { firstPartyApps } from "../../lib/config/clouds";
import { partnerTenant } from "../../embedded-cloud/testing/applications";
import { vaultName, vaultPath } from "../../embedded-cloud/testing/azure";
import { askingVault, finding, removeGrants, subscriptionOf } from "./support/here";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
const testFix = placeForEach((fresh) => {
  ({ stage } = fresh);
}, "administrator");

testFix(
  "lib/vault/vault-error.ts: Find out who disabled it, and why. If nothing speaks against it, consent again",
  async () => {
    const { version = "" } = (await stage.vault.getSecret(stage.tokenName)).properties;
    await stage.vault.updateSecretProperties(stage.tokenName, version, { enabled: false });
    stage.age(stage.tokenName, 10);
    return { command: askingVault(() => stage.vault.getSecret(stage.tokenName)) };
  },
);

// Who has no role on the secrets is given it, on the id that the first line prints.
testFix("cli/doctor/checks/vault.ts: Assign the role, on the vault's id", () => {
  const { deployer } = stage.emulator.seeds;
  const { roleAssignments: roles } = subscriptionOf(stage.emulator);
  for (const [name, { principalId, scope }] of roles)
    if (principalId === deployer.servicePrincipalId && scope.includes("/vaults/")) roles.delete(name);
  const real = finding("vault");
  return {
    // Vaults of the embedded cloud have no names in their addresses.
    command: async (environment) => {
      if ((await real(environment)) === undefined) return undefined;
      const uri = `https://${vaultName}.vault.azure.net`;
      return fixDocuments(judgeRefusal(uri, { reason: "no-role", what: "" }, deployer.servicePrincipalId));
    },
    fill: { "vault id": vaultPath(stage.emulator) },
  };
});

testFix("lib/config/clouds.ts: See a vault's URI, and name that", () => ({
  command: "secure-app-model status --vault https://contoso.vault.azure.us",
  fill: { "vault name": vaultName, uri: stage.vaultUri },
  itself: true,
  proven: ({ after }) => {
    expect(after.stdout).toMatch(new RegExp(`^${stage.vaultUri}`, "u"));
  },
}));

testFix("cli/doctor/who-grants.ts: The account consents to it", () => {
  removeGrants(partnerTenant(stage.emulator), firstPartyApps.partnerCenter);
  return { command: finding("consent", { clientId: stage.application.clientId }) };
});

// A token that does not bring what is granted.
testFix("cli/doctor/who-grants.ts: Sign in again", () => {
  // Times are in whole seconds: the existing version must be older than that of the sign-in.
  stage.age(stage.tokenName, 10);
  const form = { grant_type: "refresh_token", scope: `${stage.emulator.origins.azureAdGraph}*` };
  stage.emulator.faults.add({ service: "authority", form, entra: 65001 });
  const look = finding("probe", { probe: true });
  return {
    // The declared permissions are read as this process.
    command: async (environment) => {
      jest.replaceProperty(process, "env", { ...process.env, ...environment });
      return await look(environment).finally(() => jest.restoreAllMocks());
    },
    proven: async () => {
      expect(await stage.enabled()).toEqual([true, false]);
    },
  };
});
