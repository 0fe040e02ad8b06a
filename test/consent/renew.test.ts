import { clouds } from "../../lib/config/clouds";
import { ConsentRequiredError, ForeignTokenError, VerificationError } from "../../lib/consent/errors";
import { ownCommand, run as fixBy } from "../../lib/errors/failure";
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
const answering = (claims: object = {}) => {
  sent = fakeEntra(() => rolled({ upn: "renamed@partner.example", ...claims }));
};
function holding(...versions: ReturnType<typeof version>[]): void {
  vault = MemoryVault.withSecret(...versions);
}
const run = (olderThan?: number) => renew(clouds.AzureCloud, vault.asVault, name, olderThan);

beforeEach(() => {
  answering();
});
afterEach(() => {
  jest.restoreAllMocks();
});

test("redeems the newest, which is older than asked for, stores the rolled one with its tags, disables what is older, and touches nothing else", async () => {
  holding(version("old", daysAgo(20)), version("new", daysAgo(8)));
  const { outcome, token } = await run(7 * day);
  expect({ outcome, version: token.version, consentedOn: token.consentedOn }).toEqual({
    outcome: "renewed",
    version: "stored-3",
    consentedOn: tags["consented-at"],
  });
  expect(sent.map(({ form }) => [form["refresh_token"], form["client_secret"]])).toEqual([
    ["value of new", "the secret"],
  ]);
  expect(vault.kept.get(name)?.at(-1)?.secret).toMatchObject({
    value: "rolled",
    tags: { ...tags, "account-name": "renamed@partner.example" },
  });
  expect(vault.enabled).toEqual({ old: false, new: false, "stored-3": true });
  expect(vault.calls).toEqual([
    `list ${name}`,
    `read ${name}`,
    `read ${target.clientSecretName}`,
    `list ${name}`,
    `store ${name}`,
    `read ${name}`,
    `list ${name}`,
    "disable new",
    "disable old",
    "tag stored-3",
  ]);
});

test.each<[string, object, RegExp]>([
  ["another account's", { oid: "somebody", upn: "alice@x" }, /^The token in .* belongs to alice@x,/u],
  ["another tenant's", { tid: "elsewhere" }, /^The sign-in was in tenant elsewhere/u],
  ["without multi-factor authentication", { amr: ["pwd"] }, /signed in without multi-factor authentication/u],
])("a token that turns out to be %s is neither stored nor called kept", async (_, changes, text) => {
  holding(version("new", daysAgo(8)));
  answering(changes);
  for (const olderThan of [undefined, 9 * day]) {
    const attempt = run(olderThan);
    await expect(attempt).rejects.toThrow(VerificationError);
    await expect(attempt).rejects.toThrow(text);
  }
  expect(vault.enabled).toEqual({ new: true });
});

const consentAgain = fixBy("Consent again", ownCommand("consent", "--force"));
const consentFirst = fixBy("Consent first", ownCommand("consent", "--tenant", target.tenantId));
const [off, strange] = [{ enabled: false }, { tags: {} }].map((one) => [
  version("new", daysAgo(8), one),
  version("old", daysAgo(9)),
]);
const disabled = `The newest version of ${name} in ${target.vaultUri} is disabled.`;
const foreign = `Secret ${name} was not stored by this project: it lacks the tags that say whose token it is.`;

test.each([
  ["no token", [], new ConsentRequiredError(`There is no token ${name} in ${target.vaultUri}.`, consentFirst)],
  ["one that is disabled", off, new ConsentRequiredError(disabled, consentAgain)],
  ["one of somebody else", strange, new ForeignTokenError(foreign, consentAgain)],
])("%s is not renewed", async (_, versions = [], failure) => {
  holding(...versions);
  await expect(run()).rejects.toThrow(failure);
  expect(sent).toEqual([]);
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

describe("while another writer", () => {
  beforeEach(() => {
    holding(version("old", daysAgo(8)));
  });
  /** Entra responds, and meanwhile this happens in the vault. */
  const meanwhile = (happens: () => void) => {
    sent = fakeEntra(() => {
      happens();
      return rolled();
    });
  };
  const publish = (id: string, changes: Partial<ReturnType<typeof version>> = {}) =>
    vault.kept.get(name)?.push({
      version: version(id, daysAgo(1), changes),
      secret: { value: `value of ${id}`, contentType: "", tags: {} },
    });

  test("publishes another client secret, the renewal starts over with that one, and leaves its name in place", async () => {
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

  test("disables the token, the renewal does not bring it back", async () => {
    meanwhile(() => void vault.disable(name, "old"));
    await expect(run()).rejects.toThrow(ConsentRequiredError);
    expect(vault.enabled).toEqual({ old: false });
  });

  describe("stores the renewed one, and a person disables the one that was redeemed", () => {
    const storing = (happens: () => void) => {
      const store = vault.store.bind(vault);
      jest.spyOn(vault, "store").mockImplementationOnce(async (...given) => {
        happens();
        return await store(...given);
      });
    };

    test("what came of it is disabled", async () => {
      storing(() => void vault.disable(name, "old"));
      await expect(run()).rejects.toThrow(ConsentRequiredError);
      expect(vault.enabled).toEqual({ old: false, "stored-2": false });
    });

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

  test("is faster each time, the renewal gives up and has stored nothing", async () => {
    meanwhile(() => publish(`other-${sent.length}`, { createdOn: new Date(Date.now() - day + sent.length * 1000) }));
    await expect(run()).rejects.toThrow(
      `The token ${name} in ${target.vaultUri} changed while it was being renewed, 10 times.`,
    );
    const others = sent.map((_, index) => `other-${index + 1}`);
    expect([sent.length, Object.keys(vault.enabled)]).toEqual([10, ["old", ...others]]);
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
