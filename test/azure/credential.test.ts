import { DefaultAzureCredential } from "@azure/identity";
import { type Cloud, clouds, cloudOf } from "../../lib/config/clouds";
import { azureCredential } from "../../lib/azure/credential";
import { isLoopback } from "../../lib/http/client";
import { ClientCredential } from "../../lib/azure/client-credential";
import { clientId, discovered, fakeEntra, refusal, tenantId } from "../oauth/fake-entra";
import { ownEndpoints } from "../support/own-endpoints";

const ids = { TENANT_ID: tenantId, CLIENT_ID: clientId };
const named = (prefix: string, more: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries({ ...ids, ...more }).map(([name, value]) => [`${prefix}_${name}`, value]));
const credential = (environment: Record<string, string>) => azureCredential(clouds.AzureCloud, environment);

test.each(["ARM", "AZURE"])("%s variables with a secret name a service principal", (prefix) => {
  expect(credential(named(prefix, { CLIENT_SECRET: "s" }))).toBeInstanceOf(ClientCredential);
});

const gitHub = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://ci.example", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer" };

test.each<[string, Record<string, string>]>([
  ["a token file", { ...named("ARM"), ARM_OIDC_TOKEN_FILE_PATH: "/run/token" }],
  ["the token file of a workload identity", { ...named("AZURE"), AZURE_FEDERATED_TOKEN_FILE: "/run/token" }],
  ["a token", { ...named("ARM"), ARM_OIDC_TOKEN: "a.b.c" }],
  ["GitHub's runner, when OIDC is asked for", { ...named("ARM"), ...gitHub, ARM_USE_OIDC: "true" }],
])("%s names a federated identity", (_, environment) => {
  expect(credential(environment)).toBeInstanceOf(ClientCredential);
});

test("variables that name no whole identity, or none, leave it to what the machine has", () => {
  for (const environment of [
    {},
    named("ARM"),
    { ARM_CLIENT_SECRET: "s" },
    { AZURE_FEDERATED_TOKEN_FILE: "/run/token" },
    { ...named("ARM"), ...gitHub },
  ]) {
    expect(credential(environment)).toBeInstanceOf(DefaultAzureCredential);
  }
});

const secretCredential = (cloud: Cloud) =>
  azureCredential(cloud, { ...named("AZURE"), ...named("ARM", { TENANT_ID: "t", CLIENT_SECRET: "secret-canary" }) });

describe("where the token is asked for", () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each(["https://login.microsoftonline.us", "https://127.0.0.1:9000"])(
    "is the cloud's own authority, %s, once while the token lasts",
    async (authority) => {
      const sent = fakeEntra(({ url }) => ({
        body: url.includes("/.well-known/")
          ? discovered(authority, "t")
          : { token_type: "Bearer", access_token: "token", expires_in: 3600 },
      }));
      const cloud = cloudOf(
        "AzureUSGovernment",
        authority.startsWith("https://127.") ? ownEndpoints({ authority }) : {},
      );
      const found = secretCredential(cloud);
      const first = await found.getToken("https://vault.example/.default");
      const second = await found.getToken(["https://vault.example/.default"]);
      expect([first?.token, second?.token]).toEqual(["token", "token"]);
      expect(sent.filter(({ url }) => !url.includes("/.well-known/"))).toEqual([
        {
          url: `${authority}/t/oauth2/v2.0/token`,
          form: {
            client_id: ids.CLIENT_ID,
            client_secret: "secret-canary",
            grant_type: "client_credentials",
            scope: "https://vault.example/.default",
          },
        },
      ]);
    },
  );

  test("a refused secret is Entra's refusal, without the secret", async () => {
    fakeEntra(({ url }) =>
      url.includes("/.well-known/")
        ? { body: discovered("https://login.microsoftonline.com", "t") }
        : refusal("invalid_client", "AADSTS7000215: Invalid client secret provided."),
    );
    const attempt = secretCredential(clouds.AzureCloud).getToken("https://vault.example/.default");
    const failure = await Promise.resolve(attempt).catch((error: unknown) => String(error));
    expect(failure).toContain("AADSTS7000215");
    expect(failure).not.toContain("secret-canary");
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
