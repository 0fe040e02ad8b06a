import { AggregateAuthenticationError, AuthenticationError, CredentialUnavailableError } from "@azure/identity";
import { ClientAuthError } from "@azure/msal-node";
import { credentialError } from "../../lib/azure/credential-error";

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
