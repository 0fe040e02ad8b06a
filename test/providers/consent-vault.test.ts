/** The state of PartnerConsent with a vault that responds, or refuses half-way; its process is tested in consent-provider.test.ts. */
import { CredentialError } from "../../lib/azure/credential-error";
import { create, read, remove, update } from "../../lib/providers/consent";
import { consent } from "../../lib/consent/consent";
import { grantedPart } from "../../lib/application/grants";
import { ApiError } from "../../lib/azure/api";
import { firstPartyApps } from "../../lib/config/clouds";
import { OlderTokensError } from "../../lib/consent/errors";
import type { TokenState } from "../../lib/consent/health";
import type { SecretVersion } from "../../lib/vault/secrets";
import { VaultError } from "../../lib/vault/vault-error";
import { MemoryVault, tags, target, version } from "../consent/fixtures";
import { commonInputs, knownFacts, noFacts } from "./consent-inputs";

let vault: MemoryVault;
jest.mock("../../lib/vault/secrets", () => ({ Vault: jest.fn(() => vault) }));
jest.mock("../../lib/azure/credential", () => ({ azureCredential: () => undefined }));
jest.mock("../../lib/consent/consent");
// Entra's responses are tested in consent-refresh.test.ts.
jest.mock("../../lib/consent/verdict", () => ({
  ...jest.requireActual<object>("../../lib/consent/verdict"),
  healthByRedeeming: (_: unknown, __: unknown, { health }: TokenState) => Promise.resolve(health),
}));
jest.mock("../../lib/azure/graph", () => ({ microsoftGraph: () => undefined }));
jest.mock("../../lib/application/grants");

const { tenantId, clientId, vaultUri, refreshTokenName, stack } = target;
const inputs = {
  ...{ ...commonInputs, tenantId, clientId, vaultUri, refreshTokenName, stack },
  ...({ credentialNames: [target.clientSecretName], mode: "never", __provider: "code" } as const),
};
const id = `${target.vaultUri}/secrets/${target.refreshTokenName}`;
beforeEach(() => {
  vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z"));
  jest.spyOn(console, "error").mockReset().mockImplementation();
});

describe("a token that is stored while an older one stays enabled is on record, so that a destroy finds it", () => {
  beforeEach(() => {
    jest.mocked(consent).mockRejectedValue(new OlderTokensError("v2", "Stored."));
  });

  test("by a create", async () => {
    const properties = { ...inputs, ...noFacts, version: "v2", health: "unfinished" };
    await expect(create(inputs)).rejects.toMatchObject({ id, properties, reasons: ["Stored."] });
  });

  test("by an update", async () => {
    const properties = { ...inputs, ...knownFacts, version: "v2", health: "unfinished" };
    await expect(update(id, { ...inputs, ...knownFacts }, inputs)).rejects.toMatchObject({ id, properties });
  });
});

describe("a refresh", () => {
  const found = async (changes: object) => {
    vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z", changes));
    const { inputs: live } = await read(id, { ...inputs, ...knownFacts });
    return live;
  };

  test("of a token that names the declared client secret finds nothing else", async () => {
    expect(await found({})).toEqual(inputs);
  });

  test("of one that names another client secret shows that name, and keeps the recorded one as one that other tokens may name", async () => {
    const live = await found({ tags: { ...tags, "client-secret": "client-secret-retired" } });
    expect(live).toEqual({ ...inputs, credentialNames: ["client-secret-retired", target.clientSecretName] });
  });

  test("of somebody else's token uses none of its tags", async () => {
    const live = await found({ tags: { ...tags, application: "another", "client-secret": "client-secret-other" } });
    expect(live).toEqual({ ...inputs, health: "foreign" });
  });
});

describe("a refresh of what is granted", () => {
  const azure = { resource: "Azure Resource Manager", resourceAppId: firstPartyApps.azureResourceManager };
  const permissions = [...target.permissions, { ...azure, scopes: ["user_impersonation"] }];
  const withPermissions = { ...inputs, permissions };
  const refreshed = async (changes: object = {}) => {
    vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z", changes));
    const { inputs: live, props } = await read(id, { ...withPermissions, ...knownFacts });
    return { live, unseen: props.grantsUnseen };
  };
  beforeEach(() => {
    jest.mocked(grantedPart).mockReset().mockResolvedValue(permissions);
  });

  test("finds nothing else where all of it is", async () => {
    expect(await refreshed()).toEqual({ live: withPermissions, unseen: "" });
    expect(jest.mocked(grantedPart).mock.calls).toEqual([
      [expect.anything(), target.clientId, permissions, tags.account],
    ]);
  });

  test("takes what is missing out, by its name", async () => {
    jest.mocked(grantedPart).mockResolvedValue([...target.permissions]);
    expect(await refreshed()).toEqual({
      live: { ...withPermissions, permissions: target.permissions, health: "incomplete" },
      unseen: "",
    });
  });

  test("reports that it may not read, and changes nothing", async () => {
    const said = jest.spyOn(console, "error").mockImplementation();
    jest.mocked(grantedPart).mockRejectedValue(new ApiError(403, "Authorization_RequestDenied", "Graph refused."));
    const unseen =
      "could not check whether the declared permissions are granted (Directory.Read.All on Microsoft Graph): Graph refused.";
    expect(await refreshed()).toEqual({ live: withPermissions, unseen });
    expect(said.mock.calls).toEqual([[`Consent: ${unseen}`]]);
    said.mockRestore();
  });

  test("is of no interest without a token, or before a program declared any", async () => {
    expect((await refreshed({ enabled: false })).live).toEqual({ ...withPermissions, health: "disabled" });
    await read(id, { ...inputs, ...knownFacts });
    expect(grantedPart).not.toHaveBeenCalled();
  });
});

describe("an update that takes a client secret out", () => {
  const retired = "client-secret-retired-00000000";
  const other = "dddddddd-1111-4222-8333-444444444444";
  const credentialNames = [target.clientSecretName, retired] as const;
  const olds = { ...inputs, ...knownFacts, credentialNames };
  const facts = { health: "ok", version: "v1", account: "", accountName: "", consentedOn: "", expiresOn: "" } as const;
  /** Another tenant's token, and the secret that it names. */
  const holding = (changes: object = {}, ended = false) => {
    const tokenTags = { ...tags, tenant: other, "client-secret": retired };
    const keep = (name: string, one: SecretVersion) =>
      vault.kept.set(name, [{ version: one, secret: { value: "", contentType: "", tags: {} } }]);
    keep(`refresh-token-${other}`, version("o1", "2026-11-01T08:00:00Z", { tags: { ...tokenTags, ...changes } }));
    const expiresOn = new Date(Date.now() + (ended ? -1 : 1) * 86_400_000);
    keep(retired, version("s1", "2026-01-01T00:00:00Z", { tags: {}, expiresOn }));
  };
  beforeEach(() => {
    jest.mocked(consent).mockResolvedValue(facts);
  });

  test("is refused while another tenant's token names it, with what publishes that, and asks again the next time", async () => {
    holding();
    const properties = { health: "unfinished", version: "v1", credentialNames };
    const failure = await update(id, olds, inputs).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      properties,
      reasons: [
        `The client secret ${retired} cannot be removed yet: the token of tenant ${other} in ${target.vaultUri} names it.\n  ` +
          "Switch it to the new one without a sign-in, then deploy again: secure-app-model consent " +
          `--cloud AzureCloud --vault ${target.vaultUri} --tenant ${other} --client-id ${target.clientId} --client-secret-name ${target.clientSecretName}, then pulumi up`,
      ],
    });
    // The engine passes the outputs of the failed operation to the next update.
    const { properties: left } = failure as { properties: typeof olds };
    await expect(update(id, left, inputs)).rejects.toMatchObject({ properties });
  });

  test.each<[string, () => void]>([
    [
      "no other token names it",
      () => {
        holding({ "client-secret": target.clientSecretName });
      },
    ],
    [
      "what names it is another application's",
      () => {
        holding({ application: "eeeeeeee-1111-4222-8333-444444444444" });
      },
    ],
    [
      "it has ended, so that nothing is redeemed with it",
      () => {
        holding({}, true);
      },
    ],
    ["it is not there", () => undefined],
  ])("goes on where %s", async (_, prepare) => {
    prepare();
    expect((await update(id, olds, inputs)).outs.health).toBe("ok");
  });
});

describe("a destroy", () => {
  test("whose Azure credential fails, fails: what is enabled stays so", async () => {
    vault.failures.push(new CredentialError("Listing failed before the vault was asked. Sign in with az login."));
    await expect(remove(id, { ...inputs, ...knownFacts })).rejects.toThrow(
      "Listing failed before the vault was asked. Sign in with az login.",
    );
    expect(vault.enabled).toEqual({ v1: true });
  });

  test("of a vault whose name no longer resolves succeeds with a message", async () => {
    const said = jest.spyOn(console, "error").mockImplementation();
    vault.failures.push(new VaultError("unresolved", "ENOTFOUND"));
    await remove(id, { ...inputs, ...knownFacts });
    expect(said.mock.calls).toEqual([
      [
        `The vault ${target.vaultUri} has no address: it is gone, and no token in it can be read. Once recovered, it has them as before.`,
      ],
    ]);
    said.mockRestore();
  });
});
