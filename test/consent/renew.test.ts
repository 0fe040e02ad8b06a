/** Other writers and people between the requests of a renewal; a renewal alone: test/cli/renew.test.ts. */
import { clouds } from "../../lib/config/clouds";
import { ConsentRequiredError } from "../../lib/consent/errors";
import { renew } from "../../lib/consent/renew";
import { checkedTags } from "../../lib/consent/published-credential";
import { contentTypeOf, supersededBy } from "../../lib/consent/tags";
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

  test("another client secret is published: the renewal starts over with that one, and leaves its name in place", async () => {
    await vault.store("client-secret-next", { value: "the next secret", contentType: "text/plain", tags: {} });
    meanwhile(() => {
      if (sent.length === 1) publish("rotated", { tags: { ...tags, "client-secret": "client-secret-next" } });
    });
    expect(await run()).toMatchObject({ outcome: "renewed", token: { version: "stored-3" } });
    expect(sent.map(({ form }) => [form["refresh_token"], form["client_secret"]])).toEqual([
      ["value of old", "the secret"],
      ["value of rotated", "the next secret"],
    ]);
    expect(vault.kept.get(name)?.at(-1)?.secret.tags["client-secret"]).toBe("client-secret-next");
    expect(vault.enabled).toEqual({ old: false, rotated: false, "stored-3": true });
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

  test.each([
    ["one that no list shows yet", () => undefined],
    ["being older", () => publish("other", { createdOn: new Date(Date.now() - 60_000) })],
  ])("another writer disables it for %s, and the renewed one stays", async (_, happens) => {
    storing(() => {
      happens();
      void vault.disable(name, "old", { contentType: supersededBy("other") });
    });
    expect(await run()).toMatchObject({ outcome: "renewed" });
    const { old, [`stored-${Object.keys(vault.enabled).length}`]: stored } = vault.enabled;
    expect([old, stored]).toEqual([false, true]);
  });

  test("a person disables the renewed one at once: it says so", async () => {
    const tag = vault.tag.bind(vault);
    jest.spyOn(vault, "tag").mockImplementationOnce(async (...given) => {
      await vault.disable(name, "stored-2");
      return await tag(...given);
    });
    await expect(run()).rejects.toThrow(ConsentRequiredError);
    expect(vault.enabled).toEqual({ old: false, "stored-2": false });
  });

  test("the vault says that the renewed one is disabled, and its list does not show it: it says so", async () => {
    jest.spyOn(vault, "tag").mockResolvedValue(false);
    await expect(run()).rejects.toThrow(
      /^The token that was just stored in \S+ was disabled at once by somebody else\. /u,
    );
    expect(vault.calls.filter((call) => call === `list ${name}`).length).toBeLessThan(12);
  });

  test.each<[string, Partial<ReturnType<typeof version>>, RegExp]>([
    [
      "disabled",
      { enabled: false },
      /^The token that was just stored in \S+ was disabled at once by somebody else\. /u,
    ],
    ["nobody's", { tags: {} }, /^Secret \S+ was not stored by this project: /u],
  ])("what another writer stored later is %s: it says so", async (_, changes, text) => {
    storing(() => {
      publish("later", { createdOn: new Date(Date.now() + 60_000), ...changes });
    });
    await expect(run()).rejects.toThrow(text);
  });
});

describe("one whose writer was killed before it looked", () => {
  const made = version("made", daysAgo(8), { contentType: contentTypeOf("old") });

  test("is disabled where a person had disabled what it was made of", async () => {
    holding(made, version("old", daysAgo(9), { enabled: false }));
    await expect(run()).rejects.toThrow(ConsentRequiredError);
    expect([vault.enabled, sent]).toEqual([{ made: false, old: false }, []]);
  });

  test.each([
    ["a writer had", made, supersededBy("made")],
    ["its own writer has looked", { ...made, tags: checkedTags(made) }, contentTypeOf(undefined)],
  ])("is renewed where %s", async (_, newest, contentType) => {
    holding(newest, version("old", daysAgo(9), { enabled: false, contentType }));
    expect(await run()).toMatchObject({ outcome: "renewed" });
  });
});

test("what it takes out of use names one of ours in its place, not somebody else's", async () => {
  holding(version("old", daysAgo(8)));
  const store = vault.store.bind(vault);
  jest.spyOn(vault, "store").mockImplementationOnce(async (...given) => {
    const id = await store(...given);
    const later = version("foreign", new Date(Date.now() + 60_000).toISOString(), { tags: {} });
    vault.kept.get(name)?.push({ version: later, secret: { value: "x", contentType: "", tags: {} } });
    return id;
  });
  await run().catch(() => undefined);
  const [old] = vault.kept.get(name) ?? [];
  expect([old?.version.version, old?.version.contentType]).toEqual(["old", supersededBy("stored-2")]);
});
