/** Other writers and people between the requests of a renewal; a renewal alone: test/cli/renew.test.ts. */
import { clouds } from "../../lib/config/clouds";
import { ConsentRequiredError } from "../../lib/token/errors";
import { renew } from "../../lib/token/renew";
import { contentTypeOf } from "../../lib/token/tags";
import { VaultError } from "../../lib/vault/vault-error";
import { failureOf } from "../oauth/failure";
import { fakeEntra, type SentForm } from "../oauth/fake-entra";
import { MemoryVault, rolled, tags, target, version } from "./fixtures";

jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const name = target.refreshTokenName;
const day = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * day).toISOString();

let vault: MemoryVault;
let sent: SentForm[];
function holding(...versions: ReturnType<typeof version>[]): void {
  vault = MemoryVault.withSecret(...versions);
}
const run = () => renew(clouds.AzureCloud, vault.asVault, name, undefined);

beforeEach(() => {
  sent = fakeEntra(() => rolled());
});
afterEach(() => {
  jest.restoreAllMocks();
});

test("a token that cannot be stored is no loss, and the words say so", async () => {
  holding(version("new", daysAgo(8)));
  jest.spyOn(vault, "store").mockRejectedValue(new VaultError("no-role", "Storing failed: 403 ForbiddenByRbac."));
  let now = Date.now();
  jest.spyOn(Date, "now").mockImplementation(() => (now += 10_000));
  expect(await failureOf(run())).toMatchObject({
    message: "Storing failed: 403 ForbiddenByRbac. The older token is still in the vault, and enabled.",
  });
  expect(vault.enabled).toEqual({ new: true });
});

describe("between a redemption and the look after the store", () => {
  beforeEach(() => {
    holding(version("old", daysAgo(8)));
  });
  const publish = (id: string, changes: Partial<ReturnType<typeof version>> = {}) =>
    vault.kept.get(name)?.push({
      version: version(id, daysAgo(1), changes),
      secret: { value: `value of ${id}`, contentType: "", tags: {} },
    });
  /** Entra responds, and meanwhile this happens in the vault. */
  const meanwhile = (happens: () => void) => {
    sent = fakeEntra(() => {
      happens();
      return rolled();
    });
  };

  test("another writer renews it: that one is the result, and nothing is stored", async () => {
    meanwhile(() => {
      if (sent.length === 1) publish("theirs", { contentType: contentTypeOf("old") });
    });
    expect(await run()).toMatchObject({ outcome: "renewed", token: { version: "theirs" } });
    expect([sent.length, vault.enabled]).toEqual([1, { old: true, theirs: true }]);
  });

  test("the token is disabled: the renewal does not bring it back", async () => {
    meanwhile(() => void vault.disable(name, "old"));
    await expect(run()).rejects.toThrow(ConsentRequiredError);
    expect(vault.enabled).toEqual({ old: false });
  });

  const storing = (happens: () => void) => {
    const store = vault.store.bind(vault);
    jest.spyOn(vault, "store").mockImplementationOnce(async (...given) => {
      happens();
      return await store(...given);
    });
  };

  test("what cannot be disabled is said, with the command that does", async () => {
    storing(() => {
      void vault.disable(name, "old");
      jest
        .spyOn(vault, "disable")
        .mockRejectedValue(new VaultError("no-role", "Disabling failed: 403 ForbiddenByRbac."));
    });
    expect(await failureOf(run())).toMatchObject({
      name: "StillEnabledError",
      message: expect.stringMatching(
        /and the new version is still enabled\. Disabling failed: 403 ForbiddenByRbac\. Disable it with an account that may: az keyvault secret set-attributes --id \S+\/stored-\d --enabled false$/u,
      ) as string,
    });
  });

  test("another writer disables it for a later sign-in, whose token stays on top", async () => {
    const later = { ...tags, "consented-at": new Date().toISOString() };
    storing(() => {
      publish("signed-in", { tags: later, createdOn: new Date(Date.now() - 60_000) });
      void vault.disable(name, "old");
    });
    expect(await run()).toMatchObject({ outcome: "renewed", token: { consentedOn: later["consented-at"] } });
    expect([vault.enabled, vault.kept.get(name)?.at(-1)?.secret.value]).toEqual([
      { old: false, "signed-in": true, "stored-3": false, "stored-4": true },
      "value of signed-in",
    ]);
  });

  test("a person disables the renewed one at once: it says so", async () => {
    const list = vault.listVersions.bind(vault);
    jest.spyOn(vault, "listVersions").mockImplementation(async (secret) => {
      if ("stored-2" in vault.enabled) await vault.disable(name, "stored-2");
      return await list(secret);
    });
    await expect(run()).rejects.toThrow(ConsentRequiredError);
    expect(vault.enabled).toEqual({ old: false, "stored-2": false });
  });
});

describe("one whose writer was killed before it looked", () => {
  const made = version("made", daysAgo(8), { contentType: contentTypeOf("old") });

  test("is disabled where a person had disabled what it was made of", async () => {
    holding(made, version("old", daysAgo(9), { enabled: false }));
    await expect(run()).rejects.toThrow(ConsentRequiredError);
    expect([vault.enabled, sent]).toEqual([{ made: false, old: false }, []]);
  });

  test("is renewed where that was disabled later: what a person disables is that version alone", async () => {
    holding(made, version("old", daysAgo(9), { enabled: false, updatedOn: new Date() }));
    expect(await run()).toMatchObject({ outcome: "renewed" });
  });
});
