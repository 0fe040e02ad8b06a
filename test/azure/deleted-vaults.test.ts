import { ApiError, AzureApi } from "../../lib/azure/api";
import { CredentialError } from "../../lib/azure/credential-error";
import { isSoftDeleted } from "../../lib/azure/deleted-vaults";
import { unreachable } from "../../lib/http/http-failure";
import { clouds } from "../../lib/config/clouds";

const location = { subscriptionId: "sub-1", location: "USGov Virginia", name: "partner-tokens" };
const path = "/subscriptions/sub-1/providers/Microsoft.KeyVault/locations/usgovvirginia/deletedVaults/partner-tokens";
const find = jest.spyOn(AzureApi.prototype, "find");

beforeEach(() => {
  find.mockReset();
});

test.each([
  [{ properties: { deletionDate: "2027-01-01T00:00:00Z", scheduledPurgeDate: "2027-04-01T00:00:00Z" } }, true],
  [undefined, false],
])("Resource Manager's answer (%j) says so, asked of the cloud's own", async (found, deleted) => {
  find.mockResolvedValue(found);
  expect(await isSoftDeleted(clouds.AzureUSGovernment, location)).toBe(deleted);
  expect(find.mock.calls).toEqual([[`${path}?api-version=2026-02-01`, expect.anything()]]);
  expect(find.mock.contexts).toMatchObject([{ origin: "https://management.usgovcloudapi.net" }]);
});

test("a refusal is neither yes nor no: it names the role that helps", async () => {
  find.mockRejectedValue(new ApiError(403, "AuthorizationFailed", "Resource Manager refused GET …: 403."));
  await expect(isSoftDeleted(clouds.AzureUSGovernment, location)).rejects.toThrow(
    new ApiError(
      403,
      "AuthorizationFailed",
      "Looking whether vault partner-tokens is soft-deleted failed. Resource Manager refused GET …: 403. " +
        "The deployer needs to read deleted vaults; this allows it: az role assignment create --role 'Key Vault Reader' " +
        "--assignee '<object id of the deployer>' --scope /subscriptions/sub-1",
    ),
  );
});

test.each([unreachable("https://management.azure.com", "ECONNRESET", false), new CredentialError("not signed in")])(
  "no role would help against %s",
  async (failure) => {
    find.mockRejectedValue(failure);
    await expect(isSoftDeleted(clouds.AzureUSGovernment, location)).rejects.toBe(failure);
  },
);
