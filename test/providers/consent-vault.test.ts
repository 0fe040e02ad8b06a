/** What PartnerConsent keeps on record of a vault that answers, or refuses half-way; its process is tested in consent-provider.test.ts. */
import { CredentialError } from "../../azure/credential-error";
import { create, read, remove, update } from "../../providers/consent";
import { consent } from "../../consent/consent";
import { OlderTokensError } from "../../consent/errors";
import { MemoryVault, tags, target, version } from "../consent/fixtures";

let vault: MemoryVault;
jest.mock("../../vault/secrets", () => ({ Vault: jest.fn(() => vault) }));
jest.mock("../../azure/credential", () => ({ azureCredential: () => undefined }));
jest.mock("../../consent/consent");

const inputs = {
  cloud: "AzureCloud",
  endpoints: {},
  tenantId: target.tenantId,
  clientId: target.clientId,
  vaultUri: target.vaultUri,
  refreshTokenName: target.refreshTokenName,
  clientSecretName: target.clientSecretName,
  account: "svc@partner.example",
  mode: "never",
  deadlineMinutes: 10,
  warnBeforeDays: 30,
  port: 8400,
  stack: target.stack,
  health: "ok",
  providerVersion: "1",
  __provider: "code",
} as const;
const id = `${target.vaultUri}/secrets/${target.refreshTokenName}`;
const known = {
  version: "v1",
  accountId: "account-object-id",
  accountName: "svc@partner.example",
  consentedOn: "2026-11-01T08:00:00.000Z",
  expiresOn: "2027-01-30T08:00:00.000Z",
};
const nothing = { version: "", accountId: "", accountName: "", consentedOn: "", expiresOn: "" };

beforeEach(() => {
  vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z"));
});

describe("a token that is stored while an older one stays enabled is on record, so that a destroy finds it", () => {
  beforeEach(() => {
    jest.mocked(consent).mockRejectedValue(new OlderTokensError("v2", "Stored."));
  });

  test("by a create", async () => {
    const properties = { ...inputs, ...nothing, version: "v2", health: "unfinished" };
    await expect(create(inputs)).rejects.toMatchObject({ id, properties, reasons: ["Stored."] });
  });

  test("by an update", async () => {
    const properties = { ...inputs, ...known, version: "v2", health: "unfinished" };
    await expect(update(id, { ...inputs, ...known }, inputs)).rejects.toMatchObject({ id, properties });
  });
});

describe("a refresh", () => {
  const found = async (changes: object) => {
    vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z", changes));
    const { inputs: live } = await read(id, { ...inputs, ...known });
    return live;
  };

  test("of a token that names the declared client secret finds nothing else", async () => {
    expect(await found({})).toEqual(inputs);
  });

  test("of one that names a retired client secret shows that name, which the program declares otherwise", async () => {
    const live = await found({ tags: { ...tags, "client-secret": "client-secret-retired" } });
    expect(live).toEqual({ ...inputs, clientSecretName: "client-secret-retired" });
  });

  test("of somebody else's token believes none of its tags", async () => {
    const live = await found({ tags: { ...tags, application: "another", "client-secret": "client-secret-other" } });
    expect(live).toEqual({ ...inputs, health: "foreign" });
  });
});

test("a destroy whose Azure credential fails goes through, and says what may be left", async () => {
  const said = jest.spyOn(console, "error").mockImplementation();
  vault.failures.push(new CredentialError("Listing failed before the vault was asked. Sign in with az login."));
  await remove(id, { ...inputs, ...known });
  expect(said.mock.calls).toEqual([
    ["The refresh token may still be enabled. Listing failed before the vault was asked. Sign in with az login."],
  ]);
  said.mockRestore();
});
