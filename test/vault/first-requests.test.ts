/** The first requests of one client, sent at once, while the vault answers them in another order: each arrives as it was sent. */
import { assign, resourceManagerOf, roleIds, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import { askService } from "../../tools/embedded-cloud/testing/callers";
import { askVault, keyCredential, makeCertificate, thumbprint } from "../../tools/embedded-cloud/testing/certificates";
import { credentialName, type Stage, stageForEach } from "../cli/support/stage";
import { cloudOn, storePartners } from "../token/stage-here";
import { ClientCredential } from "../../lib/azure/client-credential";
import { recordTypes } from "../../lib/credential/credential-record";
import { Vault } from "../../lib/vault/secrets";

let stage: Stage;
stageForEach((fresh) => {
  stage = fresh;
});

test("a certificate signs for two tokens at once, and neither is lost, though the first request is repeated", async () => {
  const { emulator, application, vaultUri } = stage;
  const manager = resourceManagerOf(emulator);
  await assign(emulator, manager, vaultPath(emulator), roleIds.vaultAdministrator);
  const name = "client-certificate-initial-1a2b3c4d";
  const made = await makeCertificate(emulator, await askVault(emulator, vaultUri), name);
  const graph = askService(emulator, "microsoftGraph", { roles: ["Application.ReadWrite.All"] });
  const keyCredentials = [keyCredential(made)];
  await graph("PATCH", `/v1.0/applications/${application.application.id}`, { keyCredentials });
  const reference = `certificate:${name}/${made.kid.split("/").at(-1) ?? ""}#${thumbprint(made.cer)}`;
  stage.age(credentialName, 10);
  await stage.vault.setSecret(credentialName, reference, { contentType: recordTypes.certificate });
  await stage.storeToken();
  await storePartners(stage);
  emulator.faults.add({ service: "keyVault", method: "POST", path: "*/sign", delay: 1000, drop: true });
  const { code, stdout, stderr } = await stage.run(["renew"]);
  expect({ code, stderr, renewed: stdout.match(/^renewed /gmu)?.length }).toEqual({ code: 0, stderr: "", renewed: 2 });
});

test("two secrets are stored by a new client", async () => {
  const { clientId, clientSecret } = stage.emulator.seeds.deployer;
  const [cloud, job] = [cloudOn(stage), { tenantId: stage.tenantId, clientId, clientSecret }];
  const vault = new Vault(cloud, stage.vaultUri, new ClientCredential(cloud, job));
  stage.emulator.faults.add({ service: "keyVault", method: "PUT", delay: 500, drop: true });
  const store = async (name: string) => await vault.store(name, { value: name, contentType: "", tags: {} });
  await Promise.all([store("first"), store("second")]);
  expect([(await vault.read("first")).value, (await vault.read("second")).value]).toEqual(["first", "second"]);
});
