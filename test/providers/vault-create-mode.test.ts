import { create, read, remove, update } from "../../providers/vault-create-mode";
import { cloudOf } from "../../config/clouds";
import { ApiError } from "../../azure/api";
import { isSoftDeleted } from "../../azure/deleted-vaults";

jest.mock("../../azure/deleted-vaults");
const looks = jest.mocked(isSoftDeleted);
beforeEach(() => {
  looks.mockReset();
});

const endpoints = { resourceManager: "https://127.0.0.1:9002" };
const inputs = {
  cloud: "AzureCloud",
  endpoints,
  subscriptionId: "subscription-id",
  location: "westeurope",
  vaultName: "partner-tokens",
  createMode: "default",
} as const;
const location = { subscriptionId: "subscription-id", location: "westeurope", name: "partner-tokens" };

test.each([
  [true, "recover", "partner-tokens/1"],
  [false, "default", "partner-tokens"],
])("a vault that is soft-deleted (%s) is made by %s, and counted: %s", async (deleted, createMode, id) => {
  looks.mockResolvedValue(deleted);
  expect(await create(inputs)).toEqual({ id, outs: { ...inputs, createMode } });
  expect(looks.mock.calls).toEqual([[cloudOf("AzureCloud", endpoints), location]]);
});

test("another name or place is looked for anew", async () => {
  looks.mockResolvedValue(true);
  const news = { ...inputs, vaultName: "other-tokens" };
  expect(await update("partner-tokens", inputs, news)).toEqual({ outs: { ...news, createMode: "recover" } });
  expect(looks.mock.calls).toEqual([[cloudOf("AzureCloud", endpoints), { ...location, name: "other-tokens" }]]);
});

test("there is nothing to remove, and no request is sent", async () => {
  await remove();
  expect(looks).not.toHaveBeenCalled();
});

test("a create that cannot look fails: made the wrong way, the vault would be refused", async () => {
  looks.mockRejectedValue(new ApiError(409, "MissingSubscriptionRegistration", "409"));
  await expect(create(inputs)).rejects.toThrow("409");
});

test("who owns a resource group alone may not look, and creates: it is there mostly", async () => {
  looks.mockRejectedValue(new ApiError(403, "AuthorizationFailed", "403"));
  expect(await create(inputs)).toEqual({ id: "partner-tokens", outs: inputs });
});

test.each([
  ["partner-tokens", "default", true, "recover", "partner-tokens/1"],
  ["partner-tokens", "default", false, "default", "partner-tokens"],
  ["partner-tokens/1", "recover", true, "recover", "partner-tokens/2"],
  // The vault exists again, or is purged; its secrets keep their names.
  ["partner-tokens/1", "recover", false, "default", "partner-tokens/1"],
] as const)("a refresh of %s (%s) that finds it soft-deleted (%s) says %s and %s", async (...row) => {
  const [id, before, deleted, createMode, after] = row;
  looks.mockResolvedValue(deleted);
  expect(await read(id, { ...inputs, createMode: before })).toEqual({ id: after, props: { ...inputs, createMode } });
});

test("a refresh that cannot look keeps what was known", async () => {
  looks.mockRejectedValue(new Error("unreachable"));
  const props = { ...inputs, createMode: "recover" } as const;
  expect(await read("partner-tokens", props)).toEqual({ id: "partner-tokens", props });
});
