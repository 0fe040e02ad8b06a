import { disableTokens, revokeStored } from "../../lib/consent/disable-versions";
import { noStack } from "../../lib/consent/tags";
import { VaultError } from "../../lib/vault/vault-error";
import { MemoryVault, tags, target, version } from "./fixtures";

const name = target.refreshTokenName;
const retire = (vault: MemoryVault) => disableTokens(target, vault.asVault);
const at = "2026-11-01T08:00:00Z";

test("every enabled version of this stack is disabled, newer ones and the command's too; others' stay", async () => {
  const vault = new MemoryVault(
    version("renewed", "2026-11-02T08:00:00Z"),
    version("stored", at),
    version("by the command", at, { tags: { ...tags, stack: noStack } }),
    version("another stack's", at, { tags: { ...tags, stack: "secure-application-model/other" } }),
    version("another application's", at, { tags: { ...tags, application: "another" } }),
    version("untagged", at, { tags: {} }),
    version("off", at, { enabled: false }),
  );
  await retire(vault);
  expect(vault.enabled).toEqual({
    renewed: false,
    stored: false,
    "by the command": false,
    "another stack's": true,
    "another application's": true,
    untagged: true,
    off: false,
  });
});

/** A vault in which a renewal stores while the first version is disabled. */
function renewedMeanwhile(): MemoryVault {
  const vault = new MemoryVault(version("v1", at));
  const disable = vault.disable.bind(vault);
  jest.spyOn(vault, "disable").mockImplementationOnce(async (...words) => {
    await vault.store(name, { value: "rolled", contentType: "", tags });
    await disable(...words);
  });
  return vault;
}

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

test("one that a renewal stores meanwhile is disabled as well", async () => {
  const vault = renewedMeanwhile();
  await retire(vault);
  expect(vault.enabled).toEqual({ v1: false, "stored-2": false });
});

test("nothing there is nothing to do", async () => {
  const vault = new MemoryVault();
  await retire(vault);
  expect(vault.calls).toEqual([`list ${name}`]);
});

test("a version that cannot be disabled is named with the command, and the others are disabled", async () => {
  const vault = refusingOne();
  const text =
    `1 of this stack's refresh tokens ${name} in ${target.vaultUri} are still enabled. Disabling failed: 403. ` +
    "Disable them with an account that may, then destroy again: " +
    `az keyvault secret set-attributes --id ${target.vaultUri}/secrets/${name}/v2 --enabled false, then pulumi destroy`;
  await expect(retire(vault)).rejects.toThrow(text);
  expect(vault.enabled).toEqual({ v1: false, v2: true });
});

test("a vault that cannot be listed fails with what disables them all the same", async () => {
  const vault = new MemoryVault(version("v1", at));
  vault.failures.push(new VaultError("firewall", "Listing failed: 403 ForbiddenByFirewall."));
  await expect(retire(vault)).rejects.toMatchObject({
    code: "token-still-enabled",
    what: `This stack's refresh tokens ${name} in ${target.vaultUri} may still be enabled. Listing failed: 403 ForbiddenByFirewall.`,
    fixes: [
      { text: "Once the vault answers this machine, destroy again" },
      {
        text: "Where it never will, disable them on a machine that it answers; then leave the consent out of the state, and destroy the rest",
      },
    ],
  });
});

describe("a token that is known to be stolen", () => {
  const revoke = (vault: MemoryVault) => revokeStored(target, vault.asVault);

  test("every enabled version of the application is disabled, another stack's too, with its tags as they were; another application's stays", async () => {
    const own = { ...tags, stack: "secure-application-model/other" };
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
    expect(versions[1]?.tags).toEqual(own);
    expect(await revoke(vault)).toMatchObject({ disabled: 0 });
  });

  test("what a renewal stores meanwhile is disabled as well", async () => {
    const vault = renewedMeanwhile();
    expect((await revoke(vault)).disabled).toBe(2);
    expect(vault.enabled).toEqual({ v1: false, "stored-2": false });
  });

  test("a version that cannot be disabled is named with the command, and the others are disabled", async () => {
    const vault = refusingOne();
    await expect(revoke(vault)).rejects.toThrow(
      `are still enabled. Disabling failed: 403. Disable them with an account that may: az keyvault secret set-attributes --id ${target.vaultUri}/secrets/${name}/v2 --enabled false`,
    );
    expect(vault.enabled).toEqual({ v1: false, v2: true });
  });
});
