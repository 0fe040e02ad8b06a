import type { Values } from "../../tools/embedded-cloud/testing/plugin-replies";
import { once } from "node:events";
import { createServer } from "node:net";
import { VaultCreateMode } from "../../components/token-vault";
import { freePort } from "../../tools/embedded-cloud/free-port";
import { commonInputs, consentCode, knownFacts, noFacts } from "./consent-inputs";
import { codeOf, failureOf, ProviderProcess } from "./provider-process";
import { ownEndpoints } from "../support/own-endpoints";

/** Ends every connection in a way that no client retries. */
const unreachable = createServer((socket) => {
  socket.on("error", () => undefined).end("no TLS here\n");
});
let authority: string;
let vaultUri: string;
let inputs: Values;
let provider: ProviderProcess;
const id = (): string => `${vaultUri}/secrets/refresh-token-x`;

beforeAll(async () => {
  await once(unreachable.listen(0, "127.0.0.1"), "listening");
  vaultUri = `https://127.0.0.1:${(unreachable.address() as { port: number }).port}`;
  authority = `https://127.0.0.1:${await freePort()}`;
  const credential = { ARM_TENANT_ID: "tenant", ARM_CLIENT_ID: "client", ARM_CLIENT_SECRET: "canary" };
  provider = await ProviderProcess.start({ ...credential, CI: "true" });
  inputs = {
    ...commonInputs,
    endpoints: ownEndpoints({ authority }),
    tenantId: "aaaaaaaa-1111-4222-8333-444444444444",
    clientId: "bbbbbbbb-1111-4222-8333-444444444444",
    vaultUri,
    refreshTokenName: "refresh-token-x",
    __provider: await consentCode(),
  };
});
afterAll(async () => {
  await provider.stop();
  unreachable.close();
});

const facts = { ...knownFacts, grantsUnseen: "" };
const nothing = { ...noFacts, grantsUnseen: "" };
const outage = (): string =>
  `The authority of AzureCloud (${authority}) cannot be reached: ECONNREFUSED.\n  1. ` +
  "Check the network and the proxy (HTTPS_PROXY, NO_PROXY).\n  2. Check the endpoints (secure-application-model:endpoints, --endpoints).";

test("check passes on what the program declares, including values unknown in a preview", async () => {
  const news = { ...inputs, clientId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
  expect(await provider.check(inputs, news)).toEqual({ inputs: news, failures: [] });
});

test("a create that cannot finish keeps the resource as begun, with the whole reason", async () => {
  const { message, partial } = await failureOf(provider.create(inputs));
  expect({ message, partial }).toEqual({
    message: outage(),
    partial: { id: id(), properties: { ...inputs, ...nothing, health: "unfinished" }, reasons: [outage()] },
  });
});

test.each([
  ["NODE_DEBUG", "tls", "writes its requests to standard error, tokens included"],
  [
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "0",
    "verifies no certificate: whoever stands between gets the requests, tokens included",
  ],
])("under %s=%s no request is sent", async (name, value, then) => {
  const exposed = await ProviderProcess.start({ CI: "true", [name]: value });
  try {
    expect((await failureOf(exposed.create(inputs))).message).toBe(
      `The authority of AzureCloud (${authority}) was not asked. ${name} is set, and Node.js then ${then}.\n` +
        `  1. Run it without: unset ${name}\n  2. Check the endpoints (secure-application-model:endpoints, --endpoints).`,
    );
    expect(exposed.log).not.toContain("TLS ");
  } finally {
    await exposed.stop();
  }
});

test("an update that cannot finish keeps what was known: a destroy has to find the token", async () => {
  const news = { ...inputs, warnBeforeDays: 14 };
  const { partial } = await failureOf(provider.update(id(), { ...inputs, ...facts }, news));
  expect(partial).toEqual({ id: id(), properties: { ...news, ...facts, health: "unfinished" }, reasons: [outage()] });
});

test("a read of a vault that does not answer blocks nothing: unreadable, and what was known stays", async () => {
  expect(await provider.read(id(), { ...inputs, ...facts })).toEqual({
    id: id(),
    properties: { ...inputs, ...facts, health: "unreadable" },
    inputs: { ...inputs, health: "unreadable" },
  });
});

test("a read keeps a consent unfinished, whatever the vault contains", async () => {
  const unfinished = { ...inputs, ...nothing, health: "unfinished" };
  expect(await provider.read(id(), unfinished)).toEqual({
    id: id(),
    properties: unfinished,
    inputs: { ...inputs, health: "unfinished" },
  });
});

test.each([
  ["known", facts],
  ["none", nothing],
])(
  "a delete whose vault does not answer fails, whether a version is %s: the command may have stored one",
  async (_, known) => {
    const { message } = await failureOf(provider.delete(id(), { ...inputs, ...known }));
    expect(message).toMatch(
      `This stack's refresh tokens refresh-token-x in ${vaultUri} may still be enabled. Listing the versions of secret refresh-token-x in ${vaultUri} failed:`,
    );
  },
);

test("the code of the vault's resource is found by its name as well", async () => {
  const args = { cloud: "AzureCloud", endpoints: {}, subscriptionId: "s", location: "l", vaultName: "v" } as const;
  const code = await codeOf(() => new VaultCreateMode("partner", args));
  const properties = { ...args, createMode: "default", __provider: code };
  await provider.delete("v", properties);
  expect(await provider.check(properties, properties)).toEqual({ inputs: properties, failures: [] });
});

test("the process ends with the engine", async () => {
  const own = await ProviderProcess.start({ CI: "true" });
  await own.check(inputs, inputs);
  own.killEngine();
  expect(await own.ended).toBe(1);
});

test("nothing it wrote holds the deployer's secret", () => {
  expect(provider.log).not.toContain("canary");
});
