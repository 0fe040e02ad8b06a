import { SecretCredential } from "../../vault/secret-credential";
import { clouds } from "../../config/clouds";
import { isSoftDeleted } from "../../vault/soft-deleted";
import { CredentialError } from "../../vault/vault-error";

const variables = { ARM_TENANT_ID: "t", ARM_CLIENT_ID: "c", ARM_CLIENT_SECRET: "s" };
const location = { subscriptionId: "sub-1", location: "USGov Virginia", name: "partner-tokens" };
const path = "/subscriptions/sub-1/providers/Microsoft.KeyVault/locations/usgovvirginia/deletedVaults/partner-tokens";
const before = { ...process.env };

beforeEach(() => {
  Object.assign(process.env, variables);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

function answered(status: number, body: string): { asked: jest.SpyInstance; fetched: jest.SpyInstance } {
  const token = { token: "access-canary", expiresOnTimestamp: Date.now() + 3_600_000 };
  return {
    asked: jest.spyOn(SecretCredential.prototype, "getToken").mockResolvedValue(token),
    fetched: jest.spyOn(globalThis, "fetch").mockResolvedValue(new Response(body, { status })),
  };
}

test.each([
  [200, true],
  [404, false],
])("Resource Manager's %s says so, asked of the cloud's own", async (status, deleted) => {
  const { asked, fetched } = answered(status, "{}");
  expect(await isSoftDeleted(clouds.AzureUSGovernment, location)).toBe(deleted);
  expect(fetched.mock.calls).toEqual([
    [
      `https://management.usgovcloudapi.net${path}?api-version=2024-11-01`,
      { headers: { Authorization: "Bearer access-canary" }, signal: expect.any(AbortSignal) as AbortSignal },
    ],
  ]);
  expect(asked.mock.calls).toEqual([["https://management.usgovcloudapi.net/.default"]]);
});

test.each([
  [403, '{"error":{"code":"AuthorizationFailed"}}', "403 AuthorizationFailed"],
  [503, "<html>", "503"],
])("anything else is neither yes nor no: %s", async (status, body, answer) => {
  answered(status, body);
  await expect(isSoftDeleted(clouds.AzureUSGovernment, location)).rejects.toThrow(
    new Error(
      `Looking whether vault partner-tokens is soft-deleted failed: Resource Manager answered ${answer} to ${path}. ` +
        "The deployer needs to read deleted vaults: Key Vault Contributor on the subscription allows it.",
    ),
  );
});

test("a Resource Manager that cannot be reached is named with the reason that fetch hides", async () => {
  answered(200, "").fetched.mockRejectedValue(
    new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }),
  );
  await expect(isSoftDeleted(clouds.AzureUSGovernment, location)).rejects.toThrow(
    new Error(
      "Looking whether vault partner-tokens is soft-deleted failed: https://management.usgovcloudapi.net cannot be reached: " +
        "connect ECONNREFUSED. Check the network and the proxy.",
    ),
  );
});

test("a deployer that cannot sign in is told as such", async () => {
  answered(200, "").asked.mockRejectedValue(new Error("AADSTS7000215: Invalid client secret provided.\nTrace ID: 1"));
  await expect(isSoftDeleted(clouds.AzureUSGovernment, location)).rejects.toThrow(
    new CredentialError(
      "Looking whether vault partner-tokens is soft-deleted failed before the vault was asked: " +
        "the Azure credential of this process did not work (AADSTS7000215: Invalid client secret provided.). " +
        'Sign in with "az login", or set ARM_TENANT_ID, ARM_CLIENT_ID and ARM_CLIENT_SECRET.',
    ),
  );
});
