import { AggregateAuthenticationError, AuthenticationError, CredentialUnavailableError } from "@azure/identity";
import { ClientAuthError } from "@azure/msal-node";
import { credentialError } from "../../lib/azure/credential-error";
import { entraError } from "../../lib/oauth/aadsts";

const cli = new CredentialUnavailableError("Please run 'az login' from a command prompt.");
const environment = new CredentialUnavailableError("EnvironmentCredential is unavailable.");
const refused = new AuthenticationError(400, {
  error: "invalid_grant",
  error_description: "AADSTS50173: The grant was revoked.",
});
const chain = (...errors: Error[]) =>
  new AggregateAuthenticationError(errors, "ChainedTokenCredential authentication failed.");

test.each<[string, unknown, RegExp]>([
  [
    "the one that was refused",
    chain(environment, refused, cli),
    /did not work \(invalid_grant Status code: 400\), which means: the refresh token was revoked\. Sign in: az login;/u,
  ],
  [
    "where nobody was there, the Azure CLI",
    chain(environment, cli),
    /did not work \(Please run 'az login' from a command prompt\.\)\. Sign in/u,
  ],
  [
    "where not even the CLI says how, the chain",
    chain(environment),
    /did not work \(ChainedTokenCredential authentication failed\.\)/u,
  ],
  ["a text", "went wrong", /did not work \(went wrong\)/u],
])("of a chain that failed, these words are told: %s", (_, error, message) => {
  expect(credentialError("Reading x", "the vault", error).message).toMatch(message);
});

test.each(["endpoints_resolution_error", "network_error"])("%s is no credential that was refused", (code) => {
  const { message } = credentialError("Reading x", "the vault", new ClientAuthError(code, "See …"));
  expect(message).toBe(
    "Reading x failed before the vault was asked: the authority that the Azure credential of this process signs in at cannot be reached. " +
      "Check the network and the proxy (HTTPS_PROXY, NO_PROXY). Check the endpoints (secure-application-model:endpoints, --endpoints).",
  );
});

describe("variables", () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });
  const wrongTenant = new Error("AADSTS90002: Tenant 'x' not found.");
  const [arm, azure] = ["ARM", "AZURE"].map((prefix) => ({
    [`${prefix}_TENANT_ID`]: "x",
    [`${prefix}_CLIENT_ID`]: "y",
  }));
  const unread = "not read here: a secret or a workload's token signs in.";

  test.each<[string, object, unknown, string]>([
    [
      "a secret",
      { ...arm, AZURE_CLIENT_SECRET: "z" },
      wrongTenant,
      "ARM_TENANT_ID, ARM_CLIENT_ID, AZURE_CLIENT_SECRET",
    ],
    ["a token", { ...arm, ARM_OIDC_TOKEN: "z" }, wrongTenant, "ARM_TENANT_ID, ARM_CLIENT_ID, ARM_OIDC_TOKEN"],
    [
      "a token file",
      { ...azure, AZURE_FEDERATED_TOKEN_FILE: "z" },
      wrongTenant,
      "AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE",
    ],
    ["a person's tenant", { ARM_TENANT_ID: "x" }, wrongTenant, "ARM_TENANT_ID"],
    [
      "a refusal that was read already",
      { ...arm, ARM_CLIENT_SECRET: "z" },
      entraError("Looking for tenant x", "invalid_tenant", "AADSTS90002: Tenant 'x' not found."),
      "ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET",
    ],
  ])("those of the identity that Entra refuses are named, never their values: %s", (_, variables, error, named) => {
    Object.assign(process.env, variables);
    const { why } = credentialError("Reading x", "the vault", error);
    expect(why).toContain(`Its variables: ${named}.`);
  });

  test.each<[string, object, string | undefined]>([
    ["ARM_*", { ...arm, ARM_CLIENT_CERTIFICATE_PATH: "/c" }, `ARM_CLIENT_CERTIFICATE_PATH is ${unread}`],
    [
      "AZURE_* beside ids of ARM_*",
      { ...arm, ARM_CLIENT_CERTIFICATE: "z", AZURE_CLIENT_CERTIFICATE_PATH: "/c" },
      `ARM_CLIENT_CERTIFICATE, AZURE_CLIENT_CERTIFICATE_PATH are ${unread}`,
    ],
    ["AZURE_* alone, which the vendor's library reads", { ...azure, AZURE_CLIENT_CERTIFICATE_PATH: "/c" }, undefined],
    ["none", {}, undefined],
  ])("a certificate that no sign-in reads is named: %s", (_, variables, told) => {
    Object.assign(process.env, variables);
    expect(credentialError("Reading x", "the vault", chain(environment, cli)).why).toBe(told);
  });
});
