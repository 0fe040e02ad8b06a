/** What a destroy disables on the emulator: test/providers/consent-delete.test.ts. */
import { disableTokens, revokeStored } from "../../lib/token/disable-versions";
import { VaultError } from "../../lib/vault/vault-error";
import { MemoryVault, tags, target, version } from "./fixtures";

const name = target.refreshTokenName;
const retire = (vault: MemoryVault) => disableTokens(target, vault.asVault);
const revoke = (vault: MemoryVault) => revokeStored(target, vault.asVault, "dev");
const at = "2026-11-01T08:00:00Z";

/** Two versions; v2 cannot be disabled. */
function refusingOne(): MemoryVault {
  const vault = new MemoryVault(version("v2", "2026-11-02T08:00:00Z"), version("v1", at));
  const disable = vault.disable.bind(vault);
  jest.spyOn(vault, "disable").mockImplementation(async (secret, id, change) => {
    if (id === "v2") throw new VaultError("no-role", "Disabling failed: 403.");
    await disable(secret, id, change);
  });
  return vault;
}

test.each<[string, (vault: MemoryVault) => Promise<unknown>, string]>([
  ["a destroy", retire, "Disable them with an account that may, then destroy again: LINE, then pulumi destroy"],
  ["a revocation", revoke, "Disable them with an account that may: LINE"],
])("%s disables what a renewal stores meanwhile, and names what it cannot, with the command", async (_, run, fix) => {
  const renewed = new MemoryVault(version("v1", at));
  const disable = renewed.disable.bind(renewed);
  jest.spyOn(renewed, "disable").mockImplementationOnce(async (...words) => {
    await renewed.store(name, { value: "rolled", contentType: "", tags });
    await disable(...words);
  });
  await run(renewed);
  expect(renewed.enabled).toEqual({ v1: false, "stored-2": false });
  const vault = refusingOne();
  const line = `az keyvault secret set-attributes --id ${target.vaultUri}/secrets/${name}/v2 --enabled false`;
  await expect(run(vault)).rejects.toMatchObject({
    code: "token-still-enabled",
    message:
      `1 of this stack's refresh tokens ${name} in ${target.vaultUri} are still enabled. Disabling failed: 403. ` +
      fix.replace("LINE", line),
  });
  expect(vault.enabled).toEqual({ v1: false, v2: true });
});

test("of a stolen token every enabled version of the application is disabled, another stack's too, with a tag that names the stack that was revoked; another application's stays", async () => {
  const own = { ...tags, stack: "secure-app-model/other" };
  const vault = new MemoryVault(
    version("renewed", "2026-11-03T08:00:00Z"),
    version("another stack's", "2026-11-02T08:00:00Z", { tags: own }),
    version("another application's", "2026-11-02T08:00:00Z", { tags: { ...tags, application: target.tenantId } }),
    version("off", at, { enabled: false }),
  );
  const { versions, disabled } = await revoke(vault);
  expect(versions.map((one) => one.version)).toEqual(["renewed", "another stack's", "off"]);
  expect(disabled).toBe(2);
  expect(vault.enabled).toEqual({
    renewed: false,
    "another stack's": false,
    "another application's": true,
    off: false,
  });
  expect(versions[1]?.tags).toEqual({ ...own, revoked: "dev" });
  expect(await revoke(vault)).toMatchObject({ disabled: 0 });
});
