import { VaultKey } from "../../components/ci-state";
import type { Values } from "../../tools/embedded-cloud/testing/plugin-replies";
import { createVault, resourceManagerOf, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import type { Ask } from "../../tools/embedded-cloud/testing/callers";
import type { Emulator } from "../../tools/embedded-cloud/testing/emulator";
import { providerForAll, type ProviderProcess } from "./provider-process";
import { ownEndpoints } from "../support/own-endpoints";

let emulator: Emulator;
let provider: ProviderProcess;
let code: string;
let inputs: Values;
let ask: Ask;

providerForAll(
  () => new VaultKey("partner", {}, {}),
  (started) => ({ emulator, provider, code } = started),
);
beforeAll(async () => {
  // A new key is made after the day from which azure-native's own type could make none.
  emulator.clock.advance(Date.parse("2027-03-01") - emulator.clock.now());
  ask = resourceManagerOf(emulator);
  await createVault(emulator, ask);
  const [, , subscriptionId = "", , resourceGroupName = "", , , , vaultName = ""] = vaultPath(emulator).split("/");
  const { authority, resourceManager } = emulator.origins;
  inputs = {
    ...{ cloud: "AzureCloud", endpoints: ownEndpoints({ authority, resourceManager }), __provider: code },
    ...{ subscriptionId, resourceGroupName, vaultName, keyName: "state" },
    properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt"] },
  };
});

const path = () => `${vaultPath(emulator)}/keys/state`;
const stored = async () => (await ask("GET", `${path()}?api-version=2026-02-01`)).body as { properties?: object };

test("a key is made with its operations, and its id is the resource's; a second creation and a change leave it as it is", async () => {
  const created = await provider.create(inputs);
  expect(created).toEqual({ id: path(), properties: inputs });
  const key = await stored();
  expect(key.properties).toMatchObject({ kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt"] });
  expect(await provider.create(inputs)).toEqual(created);
  await provider.update(path(), inputs, inputs);
  expect(await stored()).toEqual(key);
});

test("a read finds it, and finds that it is gone", async () => {
  await provider.create(inputs);
  expect(await provider.read(path(), inputs)).toEqual({ id: path(), properties: inputs, inputs: {} });
  expect(await provider.read(`${path()}-of-nobody`, inputs)).toMatchObject({ id: "" });
});

test("a refusal is Resource Manager's, with the request; it says nothing of a vault that could be gone", async () => {
  const fault = {
    service: "resourceManager",
    status: 403,
    body: { error: { code: "AuthorizationFailed", message: "no" } },
  };
  emulator.faults.add({ ...fault, times: 0 });
  await expect(provider.create(inputs)).rejects.toThrow(
    /^Resource Manager refused PUT .*: 403 AuthorizationFailed: no\./u,
  );
  await expect(provider.read(path(), inputs)).rejects.toThrow(/refused GET .*: 403/u);
  emulator.faults.clear();
});
