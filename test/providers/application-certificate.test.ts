/** A certificate on an application: with the build, in the engine's own process for dynamic resources, on an emulator. */
import { setTimeout } from "node:timers/promises";
import { ApplicationCertificate } from "../../components/application-certificate";
import type { Application } from "../../tools/embedded-cloud/testing/directory";
import type { Values } from "../../tools/embedded-cloud/testing/plugin-replies";
import { partnerTenant, registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { derOf, foreignCertificate } from "../../tools/embedded-cloud/testing/certificates";
import type { Emulator } from "../../tools/embedded-cloud/testing/emulator";
import { providerForAll, type ProviderProcess, type Started } from "./provider-process";

let emulator: Emulator;
let provider: ProviderProcess;
let common: Started["common"];
let application: Application;
let inputs: Values;

providerForAll(
  () => new ApplicationCertificate("partner", {}, {}),
  (started) => ({ emulator, provider, common } = started),
);
beforeEach(() => {
  emulator.reset();
  ({ application } = registerApplication(emulator, {}));
  inputs = newInputs();
});
/** Of a certificate of its own. */
function newInputs(): Values {
  const [startDate, endDate] = ["2026-11-01T00:00:00Z", "2099-11-01T00:00:00Z"];
  const value = derOf(foreignCertificate(startDate, endDate).pem);
  return {
    ...common,
    applicationId: `/applications/${application.id}`,
    ...{ value, startDate, endDate },
  };
}

const keyIds = () => application.keyCredentials.map(({ keyId }) => keyId);
const keyIdOf = ({ properties }: { properties: Values }): unknown => properties["keyId"];

test("it stands beside the others, whose keys Graph does not show, and its value is in no result", async () => {
  const other = await provider.create(newInputs());
  const before = structuredClone(application.keyCredentials);
  const made = await provider.create(inputs);
  const { value, ...names } = inputs;
  expect(value).not.toBe("");
  const keyId = keyIdOf(made);
  expect(made).toEqual({ id: `${application.id}/certificate/${String(keyId)}`, properties: { ...names, keyId } });
  expect(application.keyCredentials).toEqual([
    ...before,
    expect.objectContaining({ keyId, key: value, usage: "Verify", startDateTime: inputs["startDate"] }),
  ]);
  await provider.delete(made.id, made.properties);
  expect(keyIds()).toEqual([keyIdOf(other)]);
});

test("what a killed run left of it is replaced, not doubled; a requested replacement does not lose it", async () => {
  await provider.create(inputs);
  const made = await provider.create(inputs);
  expect(keyIds()).toEqual([keyIdOf(made)]);
  const replacing = await provider.create(inputs);
  await provider.delete(made.id, made.properties);
  expect(keyIds()).toEqual([keyIdOf(replacing)]);
});

test("of several at once, none is lost", async () => {
  const made = await Promise.all([1, 2, 3].map(() => provider.create(newInputs())));
  expect(keyIds().toSorted()).toEqual(made.map((one) => String(keyIdOf(one))).toSorted());
  await Promise.all(made.map((one) => provider.delete(one.id, one.properties)));
  expect(keyIds()).toEqual([]);
});

test("with its application it is gone too, and deleting it then is nothing", async () => {
  const made = await provider.create(inputs);
  const { id, properties } = made;
  expect(await provider.read(id, properties)).toMatchObject({ id, properties });
  application.keyCredentials.splice(0);
  expect(await provider.read(id, properties)).toMatchObject({ id: "" });
  partnerTenant(emulator).applications.delete(application.id);
  expect(await provider.read(id, properties)).toMatchObject({ id: "" });
  await provider.delete(id, properties);
  // Graph may not show a new one at once: it is waited for.
  ({ application } = registerApplication(emulator, {}));
  partnerTenant(emulator).applications.delete(application.id);
  const before = emulator.requests.entries().length;
  const later = provider.create(newInputs());
  while (emulator.requests.entries().length === before) await setTimeout(20);
  partnerTenant(emulator).applications.set(application.id, application);
  const again = await later;
  expect(keyIds()).toEqual([keyIdOf(again)]);
});

/** What a copy of Graph's that stays behind goes on answering. */
function shownNow(): object {
  const { id, appId, displayName, signInAudience, keyCredentials } = application;
  const none = { redirectUris: [] };
  const lists = { identifierUris: [], requiredResourceAccess: [], passwordCredentials: [] };
  const platforms = { web: none, spa: none, publicClient: none };
  return structuredClone({ id, appId, displayName, signInAudience, ...lists, ...platforms, keyCredentials });
}

test("a list from a copy that stays behind takes away no certificate, and brings none back", async () => {
  const path = `/v1.0/applications/${application.id}`;
  const old = await provider.create(inputs);
  const before = shownNow();
  const made = await provider.create(newInputs());
  const between = shownNow();
  emulator.faults.add({ service: "microsoftGraph", method: "GET", path, status: 200, body: before, times: 2 });
  await provider.delete(old.id, old.properties);
  expect(keyIds()).toEqual([keyIdOf(made)]);
  emulator.faults.add({ service: "microsoftGraph", method: "GET", path, status: 200, body: between, times: 2 });
  const last = await provider.create(newInputs());
  expect(keyIds()).toEqual([keyIdOf(made), keyIdOf(last)]);
});
