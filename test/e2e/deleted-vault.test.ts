/** A vault that somebody deleted by hand: the next `up` recovers it, with its content and the declared rules. */
import { resourceManagerOf, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import { startDeployed } from "./support/deployed-once";
import { devVault } from "./support/dev-configuration";
import { newestOf, openVault, tokenVersions } from "./support/vault";

test("a vault that was deleted by hand comes back with its secrets, nobody has to sign in, and the rules are those declared", async () => {
  await using project = await startDeployed();
  const path = vaultPath(project.emulator, devVault.name, devVault.resourceGroupName);
  const ask = resourceManagerOf(project.emulator);
  const before = await project.outputs();
  await project.configure({ vault: { ...devVault, networkRules: { ipRules: ["127.0.0.1"] } } });
  await ask("DELETE", path);
  project.emulator.requests.clear();
  expect(await project.up()).toMatch(/warning: Vault \S+ is soft-deleted: this run recovers it/u);
  const after = await project.outputs();
  expect(after).toMatchObject({ vaultUri: before.vaultUri, consent: { health: "ok" } });
  expect(project.signIns).toBe(0);
  expect(newestOf(await tokenVersions(project)).tags["credential"]).toBe(after.credential.name);
  const client = await openVault(project);
  const [old, fresh] = await Promise.all(
    [before, after].map(async ({ credential }) => (await client.getSecret(credential.name)).value),
  );
  expect(fresh).toBe(old);
  expect((await ask("GET", path)).body).toMatchObject({
    properties: { networkAcls: { defaultAction: "Deny", ipRules: [{ value: "127.0.0.1/32" }] } },
  });
});
