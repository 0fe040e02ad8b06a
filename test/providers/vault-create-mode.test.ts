import { create, read, remove, update } from "../../providers/vault-create-mode";
import { cloudOf } from "../../config/clouds";
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

test("there is nothing to remove, and nobody to ask", async () => {
  await remove();
  expect(looks).not.toHaveBeenCalled();
});

test("a create that cannot look fails: made the wrong way, the vault would be refused", async () => {
  looks.mockRejectedValue(new Error("403"));
  await expect(create(inputs)).rejects.toThrow("403");
});

test.each([
  ["default", true, "recover"],
  ["default", false, "default"],
  ["recover", true, "recover"],
  // The vault is there again, or gone for good: there is nothing to recover any more.
  ["recover", false, "default"],
] as const)("a refresh of %s that finds it soft-deleted (%s) says %s", async (before, deleted, createMode) => {
  looks.mockResolvedValue(deleted);
  const props = { ...inputs, createMode };
  expect(await read("partner-tokens", { ...inputs, createMode: before })).toEqual({ id: "partner-tokens", props });
});

test("a refresh that cannot look keeps what was known", async () => {
  looks.mockRejectedValue(new Error("unreachable"));
  const props = { ...inputs, createMode: "recover" } as const;
  expect(await read("partner-tokens", props)).toEqual({ id: "partner-tokens", props });
});
