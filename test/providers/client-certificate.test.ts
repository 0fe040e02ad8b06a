/** A certificate created by the engine: with the build, in the engine's own process for dynamic resources, on an emulator. */
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { ClientCertificate } from "../../components/client-certificate";
import type { Values } from "../../tools/embedded-cloud/testing/plugin-replies";
import { revokedTag } from "../../lib/token/tags";
import { parseReference } from "../../lib/credential/credential-record";
import { vaultName } from "../../tools/embedded-cloud/testing/azure";
import { type Ask, asking } from "../../tools/embedded-cloud/testing/callers";
import { clientPolicy } from "../../tools/embedded-cloud/testing/certificates";
import type { Emulator } from "../../tools/embedded-cloud/testing/emulator";
import { freshVault, providerForAll, type ProviderProcess } from "./provider-process";
import { ownEndpoints } from "../support/own-endpoints";

const name = "client-certificate-initial-1a2b3c4d";
const version = "api-version=7.4";
let emulator: Emulator;
let provider: ProviderProcess;
let code: string;
let inputs: Values;
let ask: Ask;

providerForAll(
  () => new ClientCertificate("partner", {}),
  (started) => {
    ({ emulator, provider, code } = started);
    // A creation takes a second of the vault's clock: it has passed by the time that somebody asks.
    const { requests, clock } = emulator;
    const log = requests.add.bind(requests);
    requests.add = (entry) => {
      log(entry);
      if (entry.method === "POST" && entry.path.includes("/create")) clock.advance(1000);
    };
  },
);
beforeEach(async () => {
  const fresh = await freshVault(emulator, "certificatesOfficer", "cryptoUser");
  ({ ask } = fresh);
  inputs = {
    __provider: code,
    cloud: "AzureCloud",
    endpoints: ownEndpoints({ authority: emulator.url }),
    vaultUri: fresh.vaultUri,
    certificateName: name,
    generation: 1,
    validityMonths: 6,
    stack: "secure-application-model/dev",
    enabled: true,
    providerVersion: "1",
  };
});

interface Listed {
  id: string;
  attributes: { enabled: boolean };
  tags?: Record<string, string>;
}
const versions = async (): Promise<Listed[]> =>
  ((await ask("GET", `/certificates/${name}/versions?${version}`)).body as { value: Listed[] }).value;
const enabled = async (): Promise<boolean[]> => (await versions()).map(({ attributes }) => attributes.enabled);
const body = async (path: string): Promise<Values> => (await ask("GET", `${path}?${version}`)).body as Values;
const text = (values: Values, key: string): string => values[key] as string;
const create = async () => (await provider.create(inputs)).properties;
const idOf = () => `${text(inputs, "vaultUri")}certificates/${name}`;

test("a create has the vault make one whose key stays there, and returns only what is public", async () => {
  const created = await provider.create(inputs);
  const properties = created.properties;
  const cer = Buffer.from(text(properties, "cer"), "base64");
  const made = new X509Certificate(cer);
  expect(created).toEqual({
    id: idOf(),
    properties: {
      ...inputs,
      version: expect.stringMatching(/^[0-9a-f]{32}$/u) as string,
      reference: `certificate:${name}/${text(properties, "version")}#${createHash("sha256").update(cer).digest("base64url")}`,
      cer: text(properties, "cer"),
      notBefore: new Date(made.validFrom).toISOString().replace(".000Z", "Z"),
      notAfter: new Date(made.validTo).toISOString().replace(".000Z", "Z"),
    },
  });
  expect(parseReference(text(properties, "reference"))?.name).toBe(name);
  const months = (made.validToDate.getTime() - Date.now()) / (30 * 86_400_000);
  expect(Math.round(months)).toBe(6);
  expect(await body(`/certificates/${name}/policy`)).toMatchObject({
    issuer: { name: "Self" },
    key_props: { exportable: false, kty: "RSA", key_size: 2048, reuse_key: false },
    x509_props: { validity_months: 6, subject: `CN=${name}` },
    lifetime_actions: [{ action: { action_type: "EmailContacts" } }],
  });
});

test("a role that the stack assigned is waited for; one that nobody did ends it at once, with what assigns it", async () => {
  const body = { error: { code: "Forbidden", message: "no", innererror: { code: "ForbiddenByRbac" } } };
  const refused = { service: "keyVault", path: "/certificates/*", status: 403, body };
  const { id } = emulator.faults.add({ ...refused, times: 0 });
  await expect(provider.create(inputs)).rejects.toThrow(
    /403 ForbiddenByRbac.*Somebody who may assign roles lets the deployer create certificates.*--role 'Key Vault Certificates Officer'/su,
  );
  expect(provider.log).not.toContain("Waiting for the role");
  emulator.faults.remove(id);
  emulator.faults.add({ ...refused, times: 2 });
  await provider.create({ ...inputs, awaitsRole: true });
  expect(provider.log).toContain("Waiting for the role assignment on the vault to take effect");
});

test("what a killed run made is taken up, finished or not; what a stack has on record is not", async () => {
  // Killed before the engine got the response: the creation is in progress, and no version is recorded.
  const path = `/certificates/${name}/create?${version}`;
  const { status } = await ask("POST", path, {
    policy: clientPolicy,
    tags: { stack: "secure-application-model/dev", generation: "1" },
  });
  expect(status).toBe(202);
  const taken = await create();
  expect(await enabled()).toEqual([true]);
  // A requested replacement (--replace) must not be the one that is disabled.
  const replacement = await create();
  expect(text(replacement, "version")).not.toBe(text(taken, "version"));
  expect(await enabled()).toEqual([true, true]);
});

test("a creation that failed is told, and is in the way of no later one", async () => {
  const admin = asking(emulator.url, `Bearer ${readFileSync(emulator.adminTokenFile, "utf8")}`);
  const fails = (failsCertificates: boolean) => admin("POST", `/_admin/vaults/${vaultName}`, { failsCertificates });
  expect((await fails(true)).status).toBe(200);
  const refused = /could not make certificate client-certificate-initial-1a2b3c4d: Request rejected/u;
  await expect(provider.create(inputs)).rejects.toThrow(refused);
  expect(await body(`/certificates/${name}/pending`)).toMatchObject({ status: "failed" });
  await expect(provider.create(inputs)).rejects.toThrow(refused);
  await fails(false);
  const made = await create();
  expect(await enabled()).toEqual(expect.arrayContaining([true]));
  expect((await body(`/certificates/${name}/${text(made, "version")}`))["attributes"]).toMatchObject({ enabled: true });
});

test("another stack's, somebody's own, or one of another generation, of the same name is left alone", async () => {
  const stack = "secure-application-model/dev";
  await provider.create({ ...inputs, generation: 2 });
  await ask("POST", `/certificates/${name}/create?${version}`, { policy: clientPolicy });
  const made = await create();
  const own = (await versions()).filter(({ tags }) => tags?.["stack"] === stack && tags["generation"] === "1");
  expect(own.map(({ id }) => id.split("/").at(-1))).toEqual([text(made, "version")]);
  expect(await versions()).toHaveLength(3);
});

test.each([[], [{ service: "keyVault", method: "POST", path: "*/recover", status: 504, after: true }]])(
  "a soft-deleted one is recovered, with the key that tokens name, whether or not the answer arrives: %j",
  async (...lost) => {
    const before = await create();
    await ask("DELETE", `/certificates/${name}?${version}`);
    const id = idOf();
    expect(await provider.read(id, before)).toMatchObject({ id: "", inputs: {} });
    for (const fault of lost) emulator.faults.add(fault);
    const after = await create();
    expect([text(after, "reference"), await enabled()]).toEqual([text(before, "reference"), [true]]);
  },
);

test("a state that names another certificate of the vault reaches none", async () => {
  const forgery = { certificateName: "web-server" };
  const forged = { ...(await create()), ...forgery };
  const refused = /names certificate web-server in .*Nothing was read or changed there.*pulumi stack import --file/su;
  const before = emulator.requests.entries().length;
  await expect(provider.create({ ...inputs, ...forgery })).rejects.toThrow(refused);
  await expect(provider.update(idOf(), forged, { ...inputs, ...forgery })).rejects.toThrow(refused);
  await expect(provider.read(idOf(), forged)).rejects.toThrow(refused);
  await expect(provider.delete(idOf(), forged)).rejects.toThrow(refused);
  expect(emulator.requests.entries()).toHaveLength(before);
});

test("a destroyed one is disabled, signs nothing, and is not taken up again", async () => {
  const before = await create();
  const id = idOf();
  await provider.delete(id, before);
  expect(await enabled()).toEqual([false]);
  const value = createHash("sha256").update("x").digest("base64url");
  const sign = () => ask("POST", `/keys/${name}/${text(before, "version")}/sign?${version}`, { alg: "PS256", value });
  expect((await sign()).body).toMatchObject({ error: { innererror: { code: "KeyDisabled" } } });
  const after = await create();
  expect(text(after, "version")).not.toBe(text(before, "version"));
  expect((await enabled()).toSorted()).toEqual([false, true]);
});

test("one that somebody disabled shows by its name, and an update enables it", async () => {
  const made = await create();
  const id = idOf();
  expect(await provider.read(id, made)).toEqual({ id, properties: made, inputs: {} });
  const path = `/certificates/${name}/${text(made, "version")}?${version}`;
  await ask("PATCH", path, { attributes: { enabled: false } });
  const seen = await provider.read(id, made);
  expect(seen).toEqual({ id, properties: { ...made, enabled: false }, inputs: { ...inputs, enabled: false } });
  expect((await provider.update(id, seen.properties, inputs)).properties).toEqual(made);
  expect(await enabled()).toEqual([true]);
});

test("one that was revoked is gone for a refresh, so that nothing enables it, and the next is another", async () => {
  const made = await create();
  const id = idOf();
  const path = `/certificates/${name}/${text(made, "version")}?${version}`;
  const [{ tags } = {}] = await versions();
  await ask("PATCH", path, { attributes: { enabled: false }, tags: { ...tags, [revokedTag]: "true" } });
  expect(await provider.read(id, made)).toMatchObject({ id: "", inputs: {} });
  expect(text(await create(), "version")).not.toBe(text(made, "version"));
  expect((await enabled()).toSorted()).toEqual([false, true]);
});

test("a vault that does not answer blocks no repair and no destroy", async () => {
  const made = await create();
  const gone = { ...made, vaultUri: "https://127.0.0.1:1/" };
  const id = idOf();
  // At once: each tries it for seven seconds.
  const [read] = await Promise.all([provider.read(id, gone), provider.delete(id, gone)]);
  expect(read).toEqual({ id, properties: gone, inputs: {} });
  expect(provider.log).toContain("The client certificate may still be enabled in the vault; no application trusts it.");
});
