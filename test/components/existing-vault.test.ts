import { registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { assign, createVault, resourceManagerOf, roleIds, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import { vaultClient } from "../../tools/embedded-cloud/testing/vault-client";
import { type Lookups, lookupsForEach } from "./lookups";

let uri: string;
let lookups: Lookups;
lookupsForEach(async (fresh) => {
  lookups = fresh;
  const ask = resourceManagerOf(lookups.emulator);
  uri = await createVault(lookups.emulator, ask);
  await assign(lookups.emulator, ask, vaultPath(lookups.emulator), roleIds.secretsOfficer);
});

const stored = (vaultUri: string, vaultSecretName = "portal-secret") => ({
  ...lookups.common,
  existingApplication: registerApplication(lookups.emulator).application.appId,
  credential: { kind: "secret", vaultSecretName } as const,
  vault: { uri: vaultUri },
});

test("a vault with a vault's challenge gets no further request", async () => {
  lookups.emulator.requests.clear();
  const settings = { ...lookups.common, displayName: "Portal", vault: { uri } };
  expect(await lookups.find(settings)).toEqual({ ...settings, permissions: { extra: [] } });
  const ofVault = lookups.emulator.requests.entries().filter(({ service }) => service === "keyVault");
  expect(ofVault.map(({ service, status }) => [service, status])).toEqual([["keyVault", 401]]);
});

test("a vault in which a certificate is to be made, and this login has no role on certificates, is warned of", async () => {
  const credential = { kind: "certificate" } as const;
  const settings = { ...lookups.common, displayName: "Portal", credential, vault: { uri } };
  await lookups.find(settings);
  expect(lookups.told).toEqual([
    `warn: This login has no role on the certificates of ${uri}, where the deployment makes one: the vault's owner assigns the deployer ` +
      "Key Vault Certificates Officer, which takes up to 15 minutes to take effect (docs/runbook.md, roles).",
  ]);
  const ask = resourceManagerOf(lookups.emulator);
  await assign(lookups.emulator, ask, vaultPath(lookups.emulator), roleIds.vaultReader);
  await lookups.find(settings);
  expect(lookups.told).toHaveLength(1);
});

test("a vault that is something else", async () => {
  expect(await lookups.failing(stored(lookups.emulator.url))).toBe(
    `${lookups.emulator.url} answers, but is not a Key Vault: it does not ask for a sign-in as a vault does (status 501). ` +
      "Give the URI that this prints: az keyvault show --name '<vault name>' --query properties.vaultUri",
  );
});

test("a vault that does not answer is warned of: it may be reachable from elsewhere alone", async () => {
  await lookups.find(stored("https://127.0.0.1:1"));
  expect(lookups.told[0]).toBe(
    "warn: The vault https://127.0.0.1:1 does not answer this machine. Check its URI, the network and the proxy.",
  );
});

test("a vault of another cloud is not asked at all", async () => {
  const foreign = "https://tokens.vault.usgovcloudapi.net";
  expect(await lookups.failing(stored(foreign))).toMatch(
    /^The vault URI "https:\/\/tokens\.vault\.usgovcloudapi\.net" is not one of AzureCloud/u,
  );
});

test("a vault without the client secret it is said to hold", async () => {
  expect(await lookups.failing(stored(uri))).toBe(
    `The vault ${uri} has no secret portal-secret, which the setting credential.vaultSecretName names. Put a client secret ` +
      "of the application there, from a file that you delete: " +
      "az keyvault secret set --vault-name 127 --name portal-secret --file '<file>' --content-type application/x-oauth-client-secret",
  );
});

test("a vault whose client secret nobody marked as one", async () => {
  await vaultClient(lookups.emulator, uri).setSecret("portal-secret", "canary");
  expect(await lookups.failing(stored(uri))).toBe(
    `The secret portal-secret in the vault ${uri}, which the setting credential.vaultSecretName names, is not marked as a client secret. ` +
      "If it is the application's client secret, its keeper marks it as one; else find out who named it: " +
      `az keyvault secret set-attributes --id ${uri}/secrets/portal-secret --content-type application/x-oauth-client-secret`,
  );
});

test("a vault that refuses access to the secret does not block a preview: the consent reports what it needs", async () => {
  const body = { error: { code: "Forbidden", message: "no", innererror: { code: "ForbiddenByRbac" } } };
  lookups.emulator.faults.add({ service: "keyVault", path: "/secrets/*", status: 403, body, times: 0 });
  const args = stored(uri);
  expect(await lookups.find(args)).toMatchObject({ credential: { vaultSecretName: "portal-secret" } });
  expect(lookups.told).toEqual([]);
});
