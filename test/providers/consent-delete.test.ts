/** The consent's token after a destroy: no version of this stack is enabled; if one could not be disabled, the destroy fails. */
import { remove } from "../../lib/providers/consent";
import { resourceManagerOf, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import type { Stage } from "../cli/support/stage";
import { type Inputs, outputsOn, stageHere } from "../token/stage-here";
import { ownEndpoints } from "../support/own-endpoints";
import { withShortPauses } from "../support/pauses";

let stage: Stage;
stageHere((fresh) => {
  stage = fresh;
});

/** @returns the version's id */
async function stored(changes: Record<string, string> = {}): Promise<string> {
  const { properties } = await stage.vault.setSecret(stage.tokenName, "token", { tags: stage.tags(changes) });
  return properties.version ?? "";
}

/** Versions that are still enabled. */
async function enabled(): Promise<string[]> {
  const versions = await Array.fromAsync(stage.vault.listPropertiesOfSecretVersions(stage.tokenName));
  return versions.flatMap((one) => (one.enabled === true ? [one.version ?? ""] : []));
}

const destroyed = async (version: string, changes: Partial<Inputs> = {}): Promise<string> =>
  await withShortPauses(() => remove("id", { ...outputsOn(stage, changes), version })).then(
    () => "",
    (error: unknown) => (error as Error).message,
  );

test("a renewal since the last refresh is disabled with what is on record", async () => {
  const version = await stored();
  await stored();
  expect([await destroyed(version), await enabled()]).toEqual(["", []]);
});

test("what the command stored to finish a refused up is disabled: the stack has no version", async () => {
  await stored({ stack: "secure-app-model consent" });
  expect([await destroyed(""), await enabled()]).toEqual(["", []]);
});

test("what an up that was killed had stored is disabled: it may know an older version, or none", async () => {
  await stored();
  expect([await destroyed("one that is gone"), await enabled()]).toEqual(["", []]);
});

test("another stack's token and another application's stay", async () => {
  const version = await stored();
  const others = [
    await stored({ stack: "secure-application-model/other" }),
    await stored({ application: stage.tenantId }),
  ];
  expect([await destroyed(version), (await enabled()).sort()]).toEqual(["", others.sort()]);
});

// Runs the fix "lib/token/disable-versions.ts: Once the vault answers this machine, destroy again".
test("a vault that lists no versions fails it with a fix: after the vault responds, the next one succeeds", async () => {
  const version = await stored();
  const body = { error: { code: "Forbidden", message: "no", innererror: { code: "ForbiddenByFirewall" } } };
  stage.emulator.faults.add({ service: "keyVault", status: 403, body, times: 0 });
  const text = await destroyed(version);
  expect(text).toMatch(
    new RegExp(
      `^This stack's refresh tokens ${stage.tokenName} in ${stage.vaultUri} may still be enabled\\. Listing .* failed: 403 ForbiddenByFirewall[^]*` +
        `Once the vault answers this machine, destroy again: pulumi destroy\\n.*pulumi state delete '<urn of the Consent>' --target-dependents --force, then pulumi destroy$`,
      "u",
    ),
  );
  stage.emulator.faults.clear();
  expect(await enabled()).toEqual([version]);
  expect([await destroyed(version), await enabled()]).toEqual(["", []]);
});

// Runs the fix "lib/token/disable-versions.ts: Disable them with an account that may, then destroy again".
test("a version that cannot be disabled fails it; its command, run by somebody who may, lets the next one through", async () => {
  const version = await stored();
  const body = { error: { code: "Forbidden", message: "no", innererror: { code: "ForbiddenByRbac" } } };
  stage.emulator.faults.add({ service: "keyVault", method: "PATCH", status: 403, body, times: 0 });
  const text = await destroyed(version);
  stage.emulator.faults.clear();
  const [, id = ""] =
    /az keyvault secret set-attributes --id (\S+) --enabled false, then pulumi destroy$/u.exec(text) ?? [];
  expect(id).toBe(`${stage.vaultUri}/secrets/${stage.tokenName}/${version}`);
  await stage.vault.updateSecretProperties(stage.tokenName, id.split("/").at(-1) ?? "", { enabled: false });
  expect([await destroyed(version), await enabled()]).toEqual(["", []]);
});

test("a deleted vault prevents nothing, and is told", async () => {
  const told = jest.spyOn(console, "error").mockReturnValue(undefined);
  const version = await stored();
  const ask = resourceManagerOf(stage.emulator);
  await ask("DELETE", vaultPath(stage.emulator));
  expect([await destroyed(version), told.mock.calls]).toEqual(["", [[expect.stringContaining("has no address")]]]);
  told.mockRestore();
});

test("a credential that cannot sign in fails it", async () => {
  const endpoints = ownEndpoints({ authority: "https://127.0.0.1:1" });
  expect(await destroyed("v1", { endpoints })).toMatch(/failed before the vault was asked/u);
});
