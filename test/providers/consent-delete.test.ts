/** The consent's token after a destroy: no version of this stack is enabled; if one could not be disabled, the destroy fails. */
import type { Values } from "../../embedded-cloud/testing/plugin-replies";
import { vaultPath } from "../../embedded-cloud/testing/azure";
import type { Ask } from "../../embedded-cloud/testing/callers";
import type { Emulator } from "../../embedded-cloud/testing/emulator";
import { commonInputs, consentResource } from "./consent-inputs";
import { freshVault, providerForAll, type ProviderProcess } from "./provider-process";
import { ownEndpoints } from "../support/own-endpoints";

let emulator: Emulator;
let provider: ProviderProcess;
let code: string;
let outputs: Values;
let ask: Ask;
let askManager: Ask;
let vaultUri: string;
let name: string;
const application = "bbbbbbbb-1111-4222-8333-444444444444";
const { stack } = commonInputs;

providerForAll(consentResource, (started) => ({ emulator, provider, code } = started));
beforeEach(async () => {
  const fresh = await freshVault(emulator, "secretsOfficer");
  ({ ask, askManager } = fresh);
  vaultUri = fresh.vaultUri.slice(0, -1);
  name = `refresh-token-${emulator.seeds.partner.id}`;
  outputs = {
    ...{ ...commonInputs, __provider: code },
    endpoints: ownEndpoints({ authority: emulator.url }),
    tenantId: emulator.seeds.partner.id,
    clientId: application,
    vaultUri: fresh.vaultUri,
    refreshTokenName: name,
  };
});

/** @returns the version's id */
async function stored(changes: Record<string, string> = {}): Promise<string> {
  const tags = {
    application,
    tenant: emulator.seeds.partner.id,
    cloud: "AzureCloud",
    account: "cccccccc-1111-4222-8333-444444444444",
    "account-name": "svc-partner@partner.example",
    "consented-at": "2026-11-01T08:00:00.000Z",
    "client-secret": "client-secret-initial-11111111",
    stack,
    ...changes,
  };
  const { body } = await ask("PUT", `/secrets/${name}?api-version=7.4`, { value: "token-canary", tags });
  return (body as { id: string }).id.split("/").at(-1) ?? "";
}

/** Versions that are still enabled. */
async function enabled(): Promise<string[]> {
  const { body } = await ask("GET", `/secrets/${name}/versions?api-version=7.4`);
  const { value } = body as { value: { id: string; attributes: { enabled: boolean } }[] };
  return value.filter(({ attributes }) => attributes.enabled).map(({ id }) => id.split("/").at(-1) ?? "");
}

const destroyed = async (version: string): Promise<string> =>
  await provider
    .delete(`${vaultUri}/secrets/${name}`, { ...outputs, version })
    .then(() => "")
    .catch((error: unknown) => (error as Error).message);

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
  const others = [await stored({ stack: "secure-application-model/other" }), await stored({ application: stack })];
  expect([await destroyed(version), (await enabled()).sort()]).toEqual(["", others.sort()]);
});

// Runs the fix "lib/consent/disable-versions.ts: Once the vault answers this machine, destroy again".
test("a vault that lists no versions fails it with a fix: after the vault responds, the next one succeeds", async () => {
  const version = await stored();
  const body = { error: { code: "Forbidden", message: "no", innererror: { code: "ForbiddenByFirewall" } } };
  emulator.faults.add({ service: "keyVault", status: 403, body, times: 0 });
  const text = await destroyed(version);
  expect(text).toMatch(
    new RegExp(
      `^This stack's refresh tokens ${name} in ${vaultUri} may still be enabled\\. Listing .* failed: 403 ForbiddenByFirewall[^]*` +
        `Once the vault answers this machine, destroy again: pulumi destroy\\n.*pulumi state delete '<urn of the Consent>' --target-dependents --force, then pulumi destroy$`,
      "u",
    ),
  );
  emulator.faults.clear();
  expect(await enabled()).toEqual([version]);
  expect([await destroyed(version), await enabled()]).toEqual(["", []]);
});

// Runs the fix "lib/consent/disable-versions.ts: Disable them with an account that may, then destroy again".
test("a version that cannot be disabled fails it; its command, run by somebody who may, lets the next one through", async () => {
  const version = await stored();
  const body = { error: { code: "Forbidden", message: "no", innererror: { code: "ForbiddenByRbac" } } };
  emulator.faults.add({ service: "keyVault", method: "PATCH", status: 403, body, times: 0 });
  const text = await destroyed(version);
  emulator.faults.clear();
  const [, id = ""] =
    /az keyvault secret set-attributes --id (\S+) --enabled false, then pulumi destroy$/u.exec(text) ?? [];
  expect(id).toBe(`${vaultUri}/secrets/${name}/${version}`);
  await ask("PATCH", `${new URL(id).pathname}?api-version=7.4`, { attributes: { enabled: false } });
  expect([await destroyed(version), await enabled()]).toEqual(["", []]);
});

test("a deleted vault prevents nothing", async () => {
  const version = await stored();
  await askManager("DELETE", vaultPath(emulator));
  expect(await destroyed(version)).toBe("");
});

test("a credential that cannot sign in fails it", async () => {
  outputs["endpoints"] = ownEndpoints({ authority: "https://127.0.0.1:1" });
  expect(await destroyed("v1")).toMatch(/failed before the vault was asked/u);
});
