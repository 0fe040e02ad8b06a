/** The record of a stack's credential: with the build, in the engine's own process for dynamic resources, on an emulator. */
import { once } from "node:events";
import { createServer } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { CredentialRecord } from "../../components/credential-record";
import {
  addSecret,
  registerApplication,
  type RegisteredApplication,
} from "../../tools/embedded-cloud/testing/applications";
import type { Values } from "../../tools/embedded-cloud/testing/plugin-replies";
import type { Ask } from "../../tools/embedded-cloud/testing/callers";
import type { Emulator } from "../../tools/embedded-cloud/testing/emulator";
import { freshVault, providerForAll, type ProviderProcess } from "./provider-process";
import { ownEndpoints } from "../support/own-endpoints";

/** Ends every connection in a way that no client retries. */
const unreachable = createServer((socket) => {
  socket.on("error", () => undefined).end("no TLS here\n");
});
const recordName = "client-credential-1a2b3c4d";
const expiresOn = "2028-11-24T00:00:00Z";
const made = { number: 1, kind: "secret", day: "2026-11-24" } as const;
const secret = {
  keyId: pulumi.output("11111111-1111"),
  value: pulumi.output("client-secret-canary"),
  endDate: pulumi.output(expiresOn),
};
let emulator: Emulator;
let provider: ProviderProcess;
let code: string;
let application: RegisteredApplication;
let names: Values;
let current: Values;
let ask: Ask;

providerForAll(
  () => new CredentialRecord("partner", {}, { credentials: [{ ...made, secret }], trusted: new Map() }),
  (started) => ({ emulator, provider, code } = started),
);
beforeAll(async () => {
  await once(unreachable.listen(0, "127.0.0.1"), "listening");
});

/** A generation whose client secret the application has. */
function generation(number: number): Values {
  const value = number === 1 ? application.clientSecret : addSecret(application.application);
  const { keyId } = application.application.passwordCredentials.at(-1) ?? {};
  return { ...made, number, keyId: keyId ?? "", value, expiresOn };
}

const recorded = ({ value: _value, ...one }: Values): Values => one;

beforeEach(async () => {
  const fresh = await freshVault(emulator, "secretsOfficer");
  ({ ask } = fresh);
  application = registerApplication(emulator);
  names = {
    __provider: code,
    cloud: "AzureCloud",
    endpoints: ownEndpoints({ authority: emulator.url }),
    tenantId: emulator.seeds.partner.id,
    clientId: application.clientId,
    vaultUri: fresh.vaultUri,
    recordName,
    stack: "secure-application-model/dev",
  };
  current = generation(1);
});
afterAll(() => unreachable.close());

interface Stored {
  id: string;
  value: string;
  contentType: string;
  attributes: { enabled: boolean; exp: number };
  tags: Record<string, string>;
}
const path = `/secrets/${recordName}`;
const versionOf = ({ properties }: { properties: Values }): string => properties["version"] as string;
const stored = async (version = ""): Promise<Stored> =>
  (await ask("GET", `${path}/${version}?api-version=7.4`)).body as Stored;
/** Numbers of the generations whose versions are enabled. */
const enabled = async (): Promise<string[]> => {
  const { value } = (await ask("GET", `${path}/versions?api-version=7.4`)).body as { value: Stored[] };
  return value
    .filter((one) => one.attributes.enabled)
    .map(({ tags }) => tags["generation"] ?? "?")
    .toSorted();
};
const signIns = (): number =>
  emulator.requests.entries().filter((one) => one.path.endsWith("/oauth2/v2.0/token")).length;
const create = () => provider.create({ ...names, current });
const outputs = (...all: Values[]): object => ({
  ...names,
  current: recorded(all[0] ?? {}),
  ...(all[1] && { previous: recorded(all[1]) }),
  generations: all.map(({ number, kind, day }) => ({ number, kind, day })),
  version: expect.stringMatching(/^[0-9a-f]{32}$/u) as unknown,
});

test("a create proves the secret once, stores it with type, end and tags, and returns nothing of its value", async () => {
  const before = signIns();
  const created = await create();
  expect(created).toEqual({ id: `${names["vaultUri"] as string}secrets/${recordName}`, properties: outputs(current) });
  expect(await stored(versionOf(created))).toMatchObject({
    value: application.clientSecret,
    contentType: "application/x-oauth-client-secret",
    attributes: { enabled: true, exp: Date.parse(expiresOn) / 1000 },
    tags: { generation: "1", "key-id": current["keyId"] },
  });
  // One for the vault, one that proves it.
  expect(signIns() - before).toBe(2);
});

test("an update proves another one five times in a row before it stores it, and keeps the one before", async () => {
  const { id, properties } = await create();
  const next = generation(2);
  const { id: fault } = emulator.faults.add({
    service: "authority",
    form: { client_id: application.clientId },
    entra: 7000215,
    times: 2,
  });
  const before = signIns();
  // A version of another second.
  emulator.clock.advance(1000);
  const updated = await provider.update(id, properties, { ...names, current: next, previous: current });
  emulator.faults.remove(fault);
  expect(updated.properties).toEqual(outputs(next, current));
  expect([(await stored()).value, await enabled()]).toEqual([next["value"], ["1", "2"]]);
  expect(signIns() - before).toBeGreaterThanOrEqual(7);
  expect(provider.log).toContain("Waiting for the new credential to take effect in Entra");
  // The one before is ended: nothing is stored, and only its version is disabled.
  const finished = await provider.update(id, updated.properties, { ...names, current: next });
  expect([versionOf(finished), await enabled()]).toEqual([versionOf(updated), ["2"]]);
  // Asked again to have the former one, the record has its value on top.
  const back = await provider.update(id, updated.properties, { ...names, current });
  expect([back.properties, (await stored()).value, await enabled()]).toEqual([
    outputs(current),
    application.clientSecret,
    ["1"],
  ]);
});

test("a read finds what is there, and what is gone", async () => {
  const { id, properties } = await create();
  expect(await provider.read(id, properties)).toEqual({ id, properties, inputs: {} });
  const gone = { id: "", properties: { __provider: names["__provider"] }, inputs: {} };
  const another = "client-credential-00000000";
  expect(await provider.read(id, { ...properties, recordName: another })).toEqual(gone);
  expect(await provider.read(id, { ...properties, version: "0123456789abcdef0123456789abcdef" })).toEqual(gone);
});

test("a state that names another secret of the vault reaches none: no version of it is stored or disabled", async () => {
  const { id, properties } = await create();
  const foreign = `/secrets/payroll-database?api-version=7.4`;
  expect((await ask("PUT", foreign, { value: "theirs" })).status).toBe(200);
  const forged = { ...properties, recordName: "payroll-database" };
  const refused = /names secret payroll-database in .*Nothing was read or changed there.*pulumi stack import --file/su;
  const before = emulator.requests.entries().length;
  await expect(provider.create({ ...names, recordName: "payroll-database", current })).rejects.toThrow(refused);
  await expect(provider.update(id, forged, { ...names, current })).rejects.toThrow(refused);
  await expect(provider.read(id, forged)).rejects.toThrow(refused);
  await expect(provider.delete(id, forged)).rejects.toThrow(refused);
  expect(emulator.requests.entries()).toHaveLength(before);
  expect((await ask("GET", foreign)).body).toMatchObject({ value: "theirs", attributes: { enabled: true } });
});

describe("a read names what somebody did to it, so that an update stores it again:", () => {
  let id: string;
  let properties: Values;

  beforeEach(async () => {
    ({ id, properties } = await create());
  });
  const change = async (attributes: object, more: object = {}) => {
    const at = `${path}/${properties["version"] as string}?api-version=7.4`;
    expect((await ask("PATCH", at, { attributes, ...more })).status).toBe(200);
  };
  const found = async () => {
    const { inputs, ...others } = await provider.read(id, properties);
    expect(others).toEqual({ id, properties });
    return inputs;
  };
  const seen = (named: object) => ({ ...names, current: recorded(current), ...named });

  test("it was disabled", async () => {
    await change({ enabled: false });
    expect(await found()).toEqual(seen({ enabled: false }));
    await provider.update(id, properties, { ...names, current });
    expect(await enabled()).toEqual(["1"]);
  });

  test("it was given another end", async () => {
    await change({ exp: Date.parse("2036-01-01T00:00:00Z") / 1000 });
    expect(await found()).toEqual(seen({ expiresOn: "2036-01-01T00:00:00Z" }));
  });

  test("its tags were taken off, by which readers tell one key from another", async () => {
    await change({}, { tags: {} });
    expect(await found()).toEqual(seen({ tags: {} }));
  });

  test("its type was changed, by which readers tell a certificate's name from a client secret", async () => {
    const contentType = "application/x-client-certificate-reference";
    await change({}, { contentType });
    expect(await found()).toEqual(seen({ contentType }));
  });

  test("another value was stored over it, with the same type and end: it is disabled", async () => {
    emulator.clock.advance(60_000);
    const { contentType, attributes: kept } = await stored();
    const overwriting = { value: "foreign", contentType, attributes: { exp: kept.exp } };
    const answer = await ask("PUT", `${path}?api-version=7.4`, overwriting);
    const [version] = (answer.body as { id: string }).id.split("/").slice(-1);
    expect(await found()).toEqual(seen({ overwrittenBy: version }));
    const updated = await provider.update(id, properties, { ...names, current });
    expect([(await stored()).value, await enabled()]).toEqual([application.clientSecret, ["1", "1"]]);
    ({ properties } = updated);
    expect(await provider.read(id, properties)).toEqual({ id, properties, inputs: {} });
  });
});

test("a delete disables all that readers could use, and deletes nothing", async () => {
  const { id, properties } = await create();
  const next = generation(2);
  const updated = await provider.update(id, properties, { ...names, current: next, previous: current });
  await provider.delete(id, updated.properties);
  expect(await enabled()).toEqual([]);
});

test("a vault that does not answer blocks neither a refresh nor a destroy, and the latter says what may be left", async () => {
  const { port } = unreachable.address() as { port: number };
  const properties = { ...names, current: recorded(current), vaultUri: `https://127.0.0.1:${port}/`, version: "v1" };
  expect(await provider.read("id", properties)).toEqual({ id: "id", properties, inputs: {} });
  await provider.delete("id", properties);
  expect(provider.log).toContain("The credential may still be enabled in the vault. Listing the versions");
});

test("a deployer's credential that cannot sign in blocks neither of them", async () => {
  const { port } = unreachable.address() as { port: number };
  const endpoints = ownEndpoints({ authority: `https://127.0.0.1:${port}` });
  const properties = { ...names, current: recorded(current), endpoints, version: "v1" };
  expect(await provider.read("id", properties)).toEqual({ id: "id", properties, inputs: {} });
  await provider.delete("id", properties);
  expect(provider.log).toMatch(/may still be enabled in the vault\. .* failed before the vault was asked/u);
});

const noRole = { error: { code: "Forbidden", message: "no", innererror: { code: "ForbiddenByRbac" } } };

test("a deployer without a role on the vault gets the error at once", async () => {
  emulator.faults.add({ service: "keyVault", method: "PUT", status: 403, body: noRole, times: 0 });
  await expect(create()).rejects.toThrow(
    /^Storing secret client-credential-1a2b3c4d in .* failed: 403 ForbiddenByRbac.*Assign the role and wait/su,
  );
});

test("a role that the stack assigned just now is waited for", async () => {
  emulator.faults.add({ service: "keyVault", method: "PUT", status: 403, body: noRole, times: 2 });
  const created = await provider.create({ ...names, current, awaitsRole: true });
  expect((await stored(versionOf(created))).value).toBe(application.clientSecret);
  expect(created.properties).toMatchObject({ awaitsRole: true });
});
