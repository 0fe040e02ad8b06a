import { create, read, remove, update } from "../../lib/providers/vault-create-mode";
import { cloudOf } from "../../lib/config/clouds";
import { ApiError } from "../../lib/azure/api";
import { isSoftDeleted } from "../../lib/azure/deleted-vaults";
import { ownEndpoints } from "../support/own-endpoints";

jest.mock("../../lib/azure/deleted-vaults");
const looks = jest.mocked(isSoftDeleted);
beforeEach(() => {
  looks.mockReset();
});

const endpoints = ownEndpoints();
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
  [true, "recover"],
  [false, "default"],
])("a vault that is soft-deleted (%s) is made by %s", async (deleted, createMode) => {
  looks.mockResolvedValue(deleted);
  expect(await create(inputs)).toEqual({ id: "partner-tokens", outs: { ...inputs, createMode } });
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
  ["default", true, "recover"],
  ["default", false, "default"],
  ["recover", true, "recover"],
  // The vault exists again, or is purged.
  ["recover", false, "default"],
] as const)("a refresh (%s) that finds it soft-deleted (%s) says %s", async (before, deleted, createMode) => {
  looks.mockResolvedValue(deleted);
  const id = "partner-tokens";
  expect(await read(id, { ...inputs, createMode: before })).toEqual({ id, props: { ...inputs, createMode } });
});

test("a refresh that cannot look keeps what was known", async () => {
  looks.mockRejectedValue(new Error("unreachable"));
  const props = { ...inputs, createMode: "recover" } as const;
  expect(await read("partner-tokens", props)).toEqual({ id: "partner-tokens", props });
});
