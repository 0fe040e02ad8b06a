import { ClientSecretCredential, DefaultAzureCredential, WorkloadIdentityCredential } from "@azure/identity";
import { clouds, cloudOf } from "../../config/clouds";
import { azureCredential, isLoopback } from "../../vault/credential";

const ids = { TENANT_ID: "aaaaaaaa-1111-4222-8333-444444444444", CLIENT_ID: "bbbbbbbb-1111-4222-8333-444444444444" };
const named = (prefix: string, more: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries({ ...ids, ...more }).map(([name, value]) => [`${prefix}_${name}`, value]));
const credential = (environment: Record<string, string>) => azureCredential(clouds.AzureCloud, environment);

test.each(["ARM", "AZURE"])("%s variables with a secret name a service principal", (prefix) => {
  expect(credential(named(prefix, { CLIENT_SECRET: "s" }))).toBeInstanceOf(ClientSecretCredential);
});

test.each([
  ["ARM", "ARM_OIDC_TOKEN_FILE_PATH"],
  ["AZURE", "AZURE_FEDERATED_TOKEN_FILE"],
])("%s variables with %s name a federated identity", (prefix, file) => {
  expect(credential({ ...named(prefix), [file]: "/run/token" })).toBeInstanceOf(WorkloadIdentityCredential);
});

test("a secret goes before a token file", () => {
  const both = { ...named("ARM", { CLIENT_SECRET: "s" }), ARM_OIDC_TOKEN_FILE_PATH: "/run/token" };
  expect(credential(both)).toBeInstanceOf(ClientSecretCredential);
});

test("variables that name no whole identity, or none, leave it to what the machine has", () => {
  for (const environment of [
    {},
    named("ARM"),
    { ARM_CLIENT_SECRET: "s" },
    { AZURE_FEDERATED_TOKEN_FILE: "/run/token" },
  ]) {
    expect(credential(environment)).toBeInstanceOf(DefaultAzureCredential);
  }
});

describe("where the token is asked for", () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each([
    ["https://login.microsoftonline.us", false],
    ["https://127.0.0.1:9000", true],
  ])("is the cloud's own authority, %s; only a literal loopback one is trusted unlisted", (authority, trusted) => {
    const secretCredential = jest.fn();
    jest.resetModules();
    jest.doMock("@azure/identity", () => ({ ClientSecretCredential: secretCredential }));
    const fresh = jest.requireActual<typeof import("../../vault/credential.js")>("../../vault/credential");
    const cloud = cloudOf("AzureUSGovernment", { authority });
    fresh.azureCredential(cloud, { ...named("AZURE"), ...named("ARM", { TENANT_ID: "t", CLIENT_SECRET: "s" }) });
    jest.dontMock("@azure/identity");
    const options = { authorityHost: authority, disableInstanceDiscovery: trusted };
    expect(secretCredential.mock.calls).toEqual([["t", ids.CLIENT_ID, "s", options]]);
  });
});

test.each([
  ["https://127.0.0.1:9000", true],
  ["https://127.0.0.1", true],
  ["https://localhost:9000", false],
  ["https://127.0.0.1.evil.example", false],
  ["https://127.0.0.2", false],
  ["https://[::1]:9000", false],
])("%s is loopback: %s", (origin, loopback) => {
  expect(isLoopback(origin)).toBe(loopback);
});
