/** The local azure-native plugin with `useMsi`: what it asks an identity endpoint, and that it goes on to nothing else. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { seeds } from "../../emulator/seeds";
import { azureNativePlugin } from "../../providers/azure-native/plugin";
import type { ResourceManager } from "../../providers/azure-native/resource-manager";
import { type Caller, tokenFor } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";
import { open, type PluginClient } from "./plugin-client";

const emulator = emulatorForEach();
const [customer] = seeds.customers;
const { serviceAccount } = seeds.users;
const caller: Caller = { tid: customer.id, oid: serviceAccount.id, appid: "partner-application", idtyp: "user" };

let server: Server;
let plugin: PluginClient;
let asked: string[];
let refusal: string | undefined;

beforeEach(async () => {
  [asked, refusal] = [[], undefined];
  server = createServer((request, response) => {
    const { url = "", headers } = request;
    asked.push(`${url} ${String(headers["x-identity-header"])}`);
    const resource = new URL(url, "http://127.0.0.1").searchParams.get("resource") ?? "";
    void tokenFor(emulator, resource, caller).then((token) => {
      const end = String(Math.floor(Date.now() / 1000) + 3600);
      response.statusCode = refusal === undefined ? 200 : 400;
      response.end(refusal ?? JSON.stringify({ access_token: token, expires_on: end, resource, token_type: "Bearer" }));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  plugin = await open<ResourceManager>(azureNativePlugin({ environment, sleep: () => Promise.resolve() }));
});
afterEach(() => {
  plugin.close();
  server.close();
});

/** Read by the plugin when it is configured. */
const environment = {
  get IDENTITY_ENDPOINT() {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`;
  },
  IDENTITY_HEADER: "header",
};

const configure = (more: Record<string, string> = {}) => {
  const metadataHost = new URL(emulator.url).host;
  const args = { metadataHost, useMsi: "true", subscriptionId: customer.subscription.id, ...more };
  return plugin.call("Configure", { args });
};
const who = () => plugin.call("Invoke", { tok: "azure-native:authorization:getClientConfig" });
const createGroup = () =>
  plugin.call("Create", {
    urn: "urn:pulumi:dev::p::azure-native:resources:ResourceGroup::x",
    properties: { resourceGroupName: "rg", location: "westeurope" },
  });
const requestFor = (resource: string, more = "") =>
  `/msi/token?api-version=2019-08-01${more}&resource=${encodeURIComponent(resource)} header`;

test("its tokens are the endpoint's, one for each resource, and it is who they are for", async () => {
  await configure();
  expect(asked).toEqual([]);
  expect(await createGroup()).toMatchObject({ id: `/subscriptions/${customer.subscription.id}/resourceGroups/rg` });
  const identity = { clientId: "partner-application", objectId: serviceAccount.id, tenantId: customer.id };
  expect(await who()).toEqual({ return: { ...identity, subscriptionId: customer.subscription.id } });
  const { resourceManager, microsoftGraph } = emulator.origins;
  expect(asked).toEqual([requestFor(resourceManager), requestFor(microsoftGraph)]);
});

test("a clientId is another identity's, which is asked for", async () => {
  await configure({ clientId: "user-assigned" });
  await who();
  expect(asked).toEqual([requestFor(emulator.origins.microsoftGraph, "&client_id=user-assigned")]);
});

test("a refusal has the words of the vendor's client, and is asked for once", async () => {
  await configure();
  refusal = '{"statusCode":400,"message":"No consent.\\nGive it."}';
  const rule = "-".repeat(80);
  const words = [
    "ManagedIdentityCredential authentication failed. ",
    `GET ${environment.IDENTITY_ENDPOINT}`,
    ...[rule, "RESPONSE 400: 400 Bad Request", rule],
    ...["{", '  "statusCode": 400,', '  "message": "No consent.\\nGive it."', "}", rule],
    "To troubleshoot, visit https://aka.ms/azsdk/go/identity/troubleshoot#managed-id",
  ].join("\n");
  await expect(createGroup()).rejects.toMatchObject({ message: words });
  expect(asked).toHaveLength(1);
  await expect(who()).rejects.toMatchObject({ message: `could not acquire access token to parse claims: ${words}` });
});

test("a client secret comes first, and without useMsi there is no identity", async () => {
  const { clientId, clientSecret } = seeds.deployer;
  await configure({ tenantId: seeds.partner.id, clientId, clientSecret });
  expect(await who()).toMatchObject({ return: { objectId: seeds.deployer.servicePrincipalId } });
  await expect(configure({ useMsi: "false" })).rejects.toThrow("missing tenantId (ARM_TENANT_ID), clientId");
  expect(asked).toEqual([]);
});

test("without a subscription, and without an endpoint, it does not begin", async () => {
  await expect(configure({ subscriptionId: "" })).rejects.toMatchObject({
    message: "A Subscription ID must be configured when authenticating as a Managed Identity using MSI.",
  });
  const other = await open<ResourceManager>(azureNativePlugin({ environment: {}, sleep: () => Promise.resolve() }));
  const args = { metadataHost: new URL(emulator.url).host, useMsi: "true", subscriptionId: customer.subscription.id };
  await expect(other.call("Configure", { args })).rejects.toThrow("IDENTITY_ENDPOINT or IDENTITY_HEADER is not set.");
  other.close();
});
