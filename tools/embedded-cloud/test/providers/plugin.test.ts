/** The engine's calls of a local plugin other than successful resource operations: configuration, previews, imports, refusals. */
import { azureadPlugin } from "../../providers/azuread/plugin";
import type { Graph } from "../../providers/azuread/graph";
import { fields, unknownValue, type Values } from "../../providers/base/values";
import { open, type PluginClient } from "./plugin-client";
import { exchangesOf } from "./recorded-calls";
import { ReplayedGraph, signIn } from "./replayed-graph";

const application = "urn:pulumi:dev::rec::my:Component$azuread:index/application:Application::app";
const password = "urn:pulumi:dev::rec::azuread:index/applicationPassword:ApplicationPassword::pw";
const objectId = "fa101072-b761-4527-9250-6e43bd1f2d26";

const graph = new ReplayedGraph();
let client: PluginClient;

async function start(environment: Record<string, string> = {}): Promise<void> {
  const sleep = (_: number, cancelled: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      cancelled.addEventListener("abort", () => {
        reject(new Error("cancelled"));
      });
      setImmediate(() => {
        if (!Number.isNaN(slowly)) resolve();
      });
    });
  client = await open<Graph>(azureadPlugin({ environment, sleep }));
}

/** NaN: waits never end by themselves. */
let slowly = 0;

beforeEach(async () => {
  slowly = 0;
  graph.replaceFetch();
  await start();
  graph.playSignIn();
  await client.call("Configure", { args: signIn });
});

afterEach(() => {
  client.close();
  jest.restoreAllMocks();
});

test("the plugin reports the version of the npm package it stands in for, and a schema of that name", async () => {
  expect(await client.call("GetPluginInfo")).toEqual({ version: "6.9.1" });
  expect(await client.call("GetSchema")).toEqual({ name: "azuread", version: "6.9.1" });
});

test("settings come from the environment where arguments leave them out", async () => {
  client.close();
  await start({
    ARM_METADATA_HOSTNAME: signIn.metadataHost,
    ARM_TENANT_ID: signIn.tenantId,
    ARM_CLIENT_ID: signIn.clientId,
    ARM_CLIENT_SECRET: signIn.clientSecret,
  });
  graph.playSignIn();
  expect(await client.call("Configure", { args: { version: "6.9.1" } })).toEqual({
    supportsPreview: true,
    supportsAutonamingConfiguration: true,
  });
});

test.each([
  [
    "a missing client secret",
    { clientSecret: "" },
    "missing clientSecret (ARM_CLIENT_SECRET). Set it as a provider argument",
  ],
  [
    "nothing to sign in with",
    { clientId: "", clientSecret: "", tenantId: "" },
    "missing tenantId (ARM_TENANT_ID), clientId (ARM_CLIENT_ID), clientSecret (ARM_CLIENT_SECRET)",
  ],
  [
    "a cloud that is not on this machine",
    { metadataHost: "login.example.com" },
    "works only with an embedded cloud on this machine: metadataHost is login.example.com",
  ],
])("%s is refused without a request, with the fix", async (_, changed, message) => {
  graph.play([]);
  await expect(client.call("Configure", { args: { ...signIn, ...changed } })).rejects.toThrow(message);
  expect(graph.asked).toEqual([]);
});

test("an unknown type is refused by name, with the list of those there are", async () => {
  const urn = "urn:pulumi:dev::rec::azuread:index/group:Group::g";
  await expect(client.call("Check", { urn })).rejects.toThrow(
    "The local azuread plugin has no resource type azuread:index/group:Group. It has: azuread:index/application:Application, ",
  );
  await expect(client.call("Invoke", { tok: "azuread:index/getUsers:getUsers" })).rejects.toThrow(
    "The local azuread plugin has no function azuread:index/getUsers:getUsers. It has: ",
  );
});

test("a preview of a creation asks Graph nothing, keeps unknowns and leaves what only Graph knows unknown", async () => {
  graph.play([]);
  const inputs = { displayName: unknownValue, signInAudience: "AzureADMyOrg", web: { redirectUris: [unknownValue] } };
  const { inputs: checked, failures } = await client.call("Check", { urn: application, news: inputs });
  expect(failures).toBeUndefined();
  const { id, properties } = await client.call("Create", {
    urn: application,
    properties: fields(checked),
    preview: true,
  });
  expect(id).toBe("");
  expect(properties).toEqual({
    displayName: unknownValue,
    signInAudience: "AzureADMyOrg",
    web: { redirectUris: [unknownValue] },
    ...unknown("appRoleIds clientId disabledByMicrosoft id logoUrl oauth2PermissionScopeIds objectId publisherDomain"),
    ...unknown("featureTags tags templateId"),
  });
  expect(graph.asked).toEqual([]);
});

test("a secret output is a secret in previews, too", async () => {
  const { properties } = await client.call("Create", {
    urn: password,
    properties: { applicationId: unknownValue, displayName: "p" },
    preview: true,
  });
  expect(fields(properties)["value"]).toEqual({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value: unknownValue,
  });
});

test("a preview of an update keeps outputs, except those that follow a changed input", async () => {
  const olds = {
    displayName: "one",
    signInAudience: "AzureADMyOrg",
    clientId: "c",
    objectId: "o",
    appRoleIds: {},
    appRoles: [],
  };
  const role = { allowedMemberTypes: ["User"], description: "d", displayName: "r", enabled: true, id: objectId };
  const news = { displayName: "two", signInAudience: "AzureADMyOrg", appRoles: [role] };
  const { properties } = await client.call("Update", {
    urn: application,
    id: "/applications/o",
    olds,
    news,
    preview: true,
  });
  expect(fields(properties)).toMatchObject({
    displayName: "two",
    clientId: "c",
    objectId: "o",
    appRoleIds: unknownValue,
  });
});

test("an unknown input is a change that may replace", async () => {
  const olds = { applicationId: `/applications/${objectId}`, displayName: "p", endDate: "2027-06-01T00:00:00Z" };
  const answer = await client.call("Diff", {
    urn: password,
    id: "x",
    olds,
    news: { ...olds, applicationId: unknownValue },
  });
  expect(answer).toMatchObject({
    replaces: ["applicationId"],
    detailedDiff: { applicationId: { kind: "UPDATE_REPLACE" } },
  });
});

test("an import tells all inputs that say more than a default", async () => {
  graph.play(exchangesOf("s3-refresh", "Read app (Application)"));
  const { inputs } = await client.call("Read", { urn: application, id: `/applications/${objectId}` });
  expect(Object.keys(fields(inputs)).sort()).toEqual([
    "__defaults",
    "api",
    "displayName",
    "identifierUris",
    "requiredResourceAccesses",
    "signInAudience",
    "web",
  ]);
});

test("a password cannot be imported: Graph never tells it again", async () => {
  const answer = client.call("Read", { urn: password, id: `${objectId}/password/${objectId}` });
  await expect(answer).rejects.toThrow("cannot be imported");
});

test("Cancel ends a call that waits", async () => {
  slowly = Number.NaN;
  const [refusal] = exchangesOf("e07-503x2-create-app", "Create one (Application)");
  if (refusal === undefined) throw new Error("nothing recorded");
  graph.play([refusal]);
  const properties: Values = { displayName: "one", signInAudience: "AzureADMyOrg" };
  const creation = client.call("Create", { urn: application, properties });
  const failure = expect(creation).rejects.toThrow("cancelled");
  await asked(1);
  await client.call("Cancel");
  await failure;
});

async function asked(requests: number): Promise<void> {
  while (graph.asked.length < requests) await new Promise((resolve) => setImmediate(resolve));
}

const unknown = (names: string): Values => Object.fromEntries(names.split(" ").map((name) => [name, unknownValue]));
