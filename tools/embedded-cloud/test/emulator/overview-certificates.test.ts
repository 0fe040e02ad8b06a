/** The overview page and the state include certificates' names, but no private key. */
import { vaultForEach } from "../../testing/azure";
import { askAdmin, cloudOf } from "../../testing/callers";
import { makeCertificate } from "../../testing/certificates";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();
const vault = vaultForEach(emulator);

test("a certificate is listed with its version and its end", async () => {
  await makeCertificate(emulator, vault.ask, "client-certificate-one");
  const page = await (await fetch(`${emulator.url}/`)).text();
  const [subscription] = [...cloudOf(emulator).tenants.values()].flatMap((one) => [...one.subscriptions.values()]);
  const [stored] = [...(subscription?.vaults.values() ?? [])];
  const [version] = stored?.certificates.get("client-certificate-one")?.versions ?? [];
  for (const text of ["client-certificate-one", version?.id ?? "?"]) expect(page).toContain(text);
  const { body } = await askAdmin(emulator)("GET", "state");
  expect(JSON.stringify(body)).toContain(version?.id ?? "?");
  const [, line = ""] = version?.privateKey.split("\n") ?? [];
  expect(line).toMatch(/^MII/);
  for (const text of [page, JSON.stringify(body)]) expect(text).not.toContain(line);
});
