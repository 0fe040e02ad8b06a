/** A vault with access policies instead of roles: the policy that doctor prints is sufficient for the program and its commands. */
import { ClientSecretCredential } from "@azure/identity";
import { judgePolicies } from "../../../cli/doctor/checks/vault";
import { clouds } from "../../../lib/config/clouds";
import { Vault } from "../../../lib/vault/secrets";
import { createVault, resourceManagerOf, vaultPath } from "../../../tools/embedded-cloud/testing/azure";
import { askAs, type Ask } from "../../../tools/embedded-cloud/testing/callers";
import { type Emulator, emulatorForEach } from "../../../tools/embedded-cloud/testing/emulator";
import { withShortPauses } from "../../support/pauses";
import { told } from "../support/told";

let emulator: Emulator;
let ask: Ask;
let uri: string;
let vault: Vault;

emulatorForEach(async (started) => {
  emulator = started;
  ask = resourceManagerOf(emulator);
  uri = await createVault(emulator, ask, { enableRbacAuthorization: false, accessPolicies: [] });
  const { partner, deployer } = emulator.seeds;
  const credential = new ClientSecretCredential(partner.id, deployer.clientId, deployer.clientSecret, {
    authorityHost: emulator.url,
    disableInstanceDiscovery: true,
  });
  vault = new Vault({ ...clouds.AzureCloud, vaultSuffix: "127.0.0.1" }, uri, credential);
});

const document = async () =>
  (await ask("GET", vaultPath(emulator))).body as Parameters<typeof judgePolicies>[0] & { id: string };
const judged = async () => told(judgePolicies(await document(), emulator.seeds.deployer.servicePrincipalId));

/** Executes the printed command. */
async function setPolicy(command: string): Promise<void> {
  const [, name, objectId, words = ""] =
    /^Add them: az keyvault set-policy --name (\S+) --object-id (\S+) --secret-permissions (.+)$/u.exec(command) ?? [];
  expect([name, objectId]).toEqual(["kv-model", emulator.seeds.deployer.servicePrincipalId]);
  const policy = { tenantId: emulator.seeds.partner.id, objectId, permissions: { secrets: words.split(" ") } };
  const body = { properties: { accessPolicies: [policy] } };
  expect((await ask("PATCH", vaultPath(emulator), body)).status).toBe(200);
}

const secret = { value: "one", contentType: "text/plain", tags: {} };

test("listing, storing, reading, disabling, and storing what somebody had deleted", async () => {
  const { state, fix = "" } = await judged();
  expect(state).toBe("failed");
  await expect(vault.listVersions("token")).rejects.toMatchObject({ reason: "access-policy" });

  await setPolicy(fix);
  expect((await judged()).state).toBe("ok");
  const first = await vault.store("token", secret);
  expect(await vault.read("token", first)).toEqual({ ...secret, version: first });
  expect((await vault.listed("to")).map(({ name }) => name)).toEqual(["token"]);
  await vault.disable("token", first);
  expect(await vault.listVersions("token")).toMatchObject([{ version: first, enabled: false }]);

  const { clientId } = emulator.seeds.deployer;
  const administrator = "11111111-2222-4333-8444-555555555555";
  const policies = (await document()).properties.accessPolicies ?? [];
  const permissions = { secrets: ["delete"] };
  const more = { tenantId: emulator.seeds.partner.id, objectId: administrator, permissions };
  await ask("PATCH", vaultPath(emulator), { properties: { accessPolicies: [...policies, more] } });
  const somebody = await askAs(emulator, uri, { oid: administrator, appid: clientId });
  expect((await somebody("DELETE", "/secrets/token?api-version=7.5")).status).toBe(200);
  expect(await vault.isDeleted("token")).toBe(true);
  // The recovery's answer is lost: the request that repeats it finds none that is deleted.
  emulator.faults.add({ service: "keyVault", method: "POST", path: "*/recover", status: 504, after: true });
  const again = await withShortPauses(() => vault.store("token", secret));
  expect((await vault.listVersions("token")).map(({ version }) => version).sort()).toEqual([first, again].sort());
});
