import { once } from "node:events";
import { createServer } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { VaultSecret } from "../../components/vault-secret";
import type { Values } from "../../embedded-cloud/testing/plugin-replies";
import type { Ask } from "../../embedded-cloud/testing/callers";
import type { Emulator } from "../../embedded-cloud/testing/emulator";
import { freshVault, providerForAll, type ProviderProcess } from "./provider-process";
import { ownEndpoints } from "../support/own-endpoints";

/** Ends every connection in a way that no client retries. */
const unreachable = createServer((socket) => {
  socket.on("error", () => undefined).end("no TLS here\n");
});
const value = "client-secret-canary";
const secret = {
  keyId: pulumi.output("11111111-1111"),
  value: pulumi.output(value),
  endDate: pulumi.output("2028-11-24T00:00:00Z"),
};
let emulator: Emulator;
let provider: ProviderProcess;
let code: string;
let names: Values;
let ask: Ask;

providerForAll(
  () => new VaultSecret("partner", { label: "initial", secret }),
  (started) => ({ emulator, provider, code } = started),
);
beforeAll(async () => {
  await once(unreachable.listen(0, "127.0.0.1"), "listening");
});
beforeEach(async () => {
  const fresh = await freshVault(emulator, "secretsOfficer");
  ({ ask } = fresh);
  names = {
    __provider: code,
    cloud: "AzureCloud",
    endpoints: ownEndpoints({ authority: emulator.url }),
    vaultUri: fresh.vaultUri,
    secretName: "client-secret-initial-11111111",
    contentType: "application/x-oauth-client-secret",
    expiresOn: "2028-11-24T00:00:00Z",
  };
});
afterAll(() => unreachable.close());

interface Stored {
  value: string;
  contentType: string;
  attributes: { enabled: boolean; exp: number };
}
const versionOf = ({ properties }: { properties: Values }): string => properties["version"] as string;
const stored = async (version = ""): Promise<Stored> =>
  (await ask("GET", `/secrets/client-secret-initial-11111111/${version}?api-version=7.4`)).body as Stored;
const versions = async (): Promise<Stored[]> =>
  ((await ask("GET", "/secrets/client-secret-initial-11111111/versions?api-version=7.4")).body as { value: Stored[] })
    .value;

test("a create stores the secret with type and end, and returns nothing of its value", async () => {
  const created = await provider.create({ ...names, value });
  const version = versionOf(created);
  expect(created).toEqual({
    id: `${names["vaultUri"] as string}secrets/client-secret-initial-11111111`,
    properties: { ...names, version: expect.stringMatching(/^[0-9a-f]{32}$/u) as unknown },
  });
  expect(await stored(version)).toMatchObject({
    value,
    contentType: "application/x-oauth-client-secret",
    attributes: { enabled: true, exp: Date.parse("2028-11-24T00:00:00Z") / 1000 },
  });
});

test("a read finds what is there, and what is gone", async () => {
  const created = await provider.create({ ...names, value });
  const { id, properties } = created;
  expect(await provider.read(id, properties)).toEqual({ id, properties, inputs: {} });
  const gone = { id: "", properties: { __provider: names["__provider"] }, inputs: {} };
  expect(await provider.read(id, { ...properties, secretName: "another" })).toEqual(gone);
  expect(await provider.read(id, { ...properties, version: "0123456789abcdef0123456789abcdef" })).toEqual(gone);
});

describe("a read names what somebody did to it, so that an update stores it again:", () => {
  const secret = "/secrets/client-secret-initial-11111111";
  let id: string;
  let properties: Values;

  beforeEach(async () => {
    ({ id, properties } = await provider.create({ ...names, value }));
  });
  const attributes = async (change: object) => {
    const path = `${secret}/${properties["version"] as string}?api-version=7.4`;
    expect((await ask("PATCH", path, { attributes: change })).status).toBe(200);
  };
  const found = async () => {
    const { inputs, ...others } = await provider.read(id, properties);
    expect(others).toEqual({ id, properties });
    return inputs;
  };

  test("it was disabled", async () => {
    await attributes({ enabled: false });
    expect(await found()).toEqual({ ...names, enabled: false });
  });

  test("it was given another end", async () => {
    await attributes({ exp: Date.parse("2036-01-01T00:00:00Z") / 1000 });
    expect(await found()).toEqual({ ...names, expiresOn: "2036-01-01T00:00:00Z" });
  });

  test("another value was stored over it, with the same type and end", async () => {
    emulator.clock.advance(60_000);
    const { contentType, attributes: kept } = await stored();
    const overwriting = { value: "foreign", contentType, attributes: { exp: kept.exp } };
    const answer = await ask("PUT", `${secret}?api-version=7.4`, overwriting);
    const [version] = (answer.body as { id: string }).id.split("/").slice(-1);
    expect(await found()).toEqual({ ...names, overwrittenBy: version });
    const updated = await provider.update(id, properties, { ...names, value });
    expect((await stored()).value).toBe(value);
    ({ properties } = updated);
    expect(await provider.read(id, properties)).toEqual({ id, properties, inputs: {} });
  });
});

test("an update stores another version", async () => {
  const created = await provider.create({ ...names, value });
  const updated = await provider.update(created.id, created.properties, { ...names, value: `${value}-2` });
  expect((await stored(versionOf(updated))).value).toBe(`${value}-2`);
});

test("a delete disables the version it stored, and deletes nothing", async () => {
  const created = await provider.create({ ...names, value });
  await provider.delete(created.id, created.properties);
  expect((await versions()).map(({ attributes }) => attributes.enabled)).toEqual([false]);
});

test("a vault that does not answer blocks neither a refresh nor a destroy, and the latter says what may be left", async () => {
  const { port } = unreachable.address() as { port: number };
  const properties = { ...names, vaultUri: `https://127.0.0.1:${port}/`, version: "v1" };
  expect(await provider.read("id", properties)).toEqual({ id: "id", properties, inputs: {} });
  await provider.delete("id", properties);
  expect(provider.log).toContain("The client secret may still be enabled in the vault. Disabling a version");
});

test("a credential that cannot sign in blocks neither of them", async () => {
  const { port } = unreachable.address() as { port: number };
  const endpoints = ownEndpoints({ authority: `https://127.0.0.1:${port}` });
  const properties = { ...names, endpoints, version: "v1" };
  expect(await provider.read("id", properties)).toEqual({ id: "id", properties, inputs: {} });
  await provider.delete("id", properties);
  expect(provider.log).toMatch(/may still be enabled in the vault\. .* failed before the vault was asked/u);
});

test("a deployer without a role on the vault gets the error at once", async () => {
  const body = { error: { code: "Forbidden", message: "no", innererror: { code: "ForbiddenByRbac" } } };
  emulator.faults.add({ service: "keyVault", method: "PUT", status: 403, body, times: 0 });
  await expect(provider.create({ ...names, value })).rejects.toThrow(
    /^Storing secret client-secret-initial-11111111 in .* failed: 403 ForbiddenByRbac.* Assign the role and wait/u,
  );
});

test("a role that the stack assigned just now is waited for", async () => {
  const body = { error: { code: "Forbidden", message: "no", innererror: { code: "ForbiddenByRbac" } } };
  emulator.faults.add({ service: "keyVault", method: "PUT", status: 403, body, times: 2 });
  const created = await provider.create({ ...names, value, awaitsRole: true });
  expect((await stored(versionOf(created))).value).toBe(value);
  expect(created.properties).toMatchObject({ awaitsRole: true });
});
