/** The overview page and the state include certificates' names, but no private key. */
import { readFileSync } from "node:fs";
import type { Emulator } from "../../emulator/emulator";
import { askResourceManager, assign, createVault, roleIds, vaultPath } from "../../testing/azure";
import { asking, cloudOf } from "../../testing/callers";
import { askVault, makeCertificate } from "../../testing/certificates";
import { emulatorForEach } from "../../testing/emulator";

let emulator: Emulator;
emulatorForEach(async (started) => {
  emulator = started;
  const resourceManager = await askResourceManager(emulator);
  const origin = await createVault(emulator, resourceManager);
  await assign(emulator, resourceManager, vaultPath(emulator), roleIds.vaultAdministrator);
  await makeCertificate(emulator, await askVault(emulator, origin), "client-certificate-one");
});

test("a certificate is listed with its version, its end and what happens then", async () => {
  const page = await (await fetch(`${emulator.url}/`)).text();
  const [subscription] = [...cloudOf(emulator).tenants.values()].flatMap((one) => [...one.subscriptions.values()]);
  const [vault] = [...(subscription?.vaults.values() ?? [])];
  const [version] = vault?.certificates.get("client-certificate-one")?.versions ?? [];
  for (const text of ["client-certificate-one", version?.id ?? "?", "EmailContacts"]) expect(page).toContain(text);
  const admin = asking(emulator.url, `Bearer ${readFileSync(emulator.adminTokenFile, "utf8")}`);
  const { body } = await admin("GET", "/_admin/state");
  expect(JSON.stringify(body)).toContain(version?.id ?? "?");
  const [, line = ""] = version?.privateKey.split("\n") ?? [];
  expect(line).toMatch(/^MII/);
  for (const text of [page, JSON.stringify(body)]) expect(text).not.toContain(line);
});
