import { type ConsentPrecheck, consentPrecheck } from "../../lib/application/who-may-consent";
import { consent, type ConsentOptions } from "../../lib/consent/consent";
import { consentCommand } from "../../lib/consent/command";
import { DeadlineError, VerificationError } from "../../lib/consent/errors";
import { signIn } from "../../lib/consent/sign-in";
import { ownCommand, run as fix, sentence } from "../../lib/errors/failure";
import { noStack } from "../../lib/consent/tags";
import type { SecretVersion } from "../../lib/vault/secrets";
import { VaultError } from "../../lib/vault/vault-error";
import { failureOf } from "../oauth/failure";
import { fakeEntraOf, refusal } from "../oauth/fake-entra";
import { bringing, MemoryVault, redeeming, rolled, tags, target, tokensWith, version } from "./fixtures";

let vault: MemoryVault;
jest.mock("../../lib/vault/secrets", () => ({ Vault: jest.fn(() => vault) }));
jest.mock("../../lib/azure/credential", () => ({ azureCredential: () => undefined }));
jest.mock("../../lib/consent/sign-in");
jest.mock("../../lib/application/who-may-consent");
jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const resource = target.cloud.partnerCenter;
const options: ConsentOptions = { mode: "never", force: false, warnBeforeDays: 30, port: 8400, deadlineMinutes: 10 };
const lines: string[] = [];
const ui = { progress: (line: string) => lines.push(line), showUrl: () => () => undefined };
const name = target.refreshTokenName;
const granted: ConsentPrecheck = { missing: [], asks: false, refused: undefined, administrators: [] };
const inDays = (days: number): Date => new Date(Math.floor(Date.now() / 1000 + days * 86_400) * 1000);
const run = (changes: Partial<ConsentOptions> = {}) => consent(target, { ...options, ...changes }, ui);
const withSecret = { tenantId: target.tenantId, clientId: target.clientId, clientSecret: "the secret" };
const values = (): (string | undefined)[] => (vault.kept.get(name) ?? []).map(({ secret }) => secret.value);

/** A vault with the client secret and one token. */
function holding(changes?: Partial<SecretVersion>): void {
  const versions = changes === undefined ? [] : [version("v1", "2026-11-01T08:00:00Z", changes)];
  vault = MemoryVault.withSecret(...versions);
}

beforeEach(() => {
  jest.restoreAllMocks();
  lines.length = 0;
  jest.mocked(consentPrecheck).mockReset().mockResolvedValue(granted);
  jest.mocked(signIn).mockReset().mockRejectedValue(new Error("Nobody was to be asked."));
});

describe("a token that is there", () => {
  test("and holds is redeemed and verified; nothing is stored, and nobody asked", async () => {
    const expiresOn = inDays(80);
    holding({ expiresOn });
    const sent = redeeming(rolled());
    expect(await run()).toEqual({
      health: "ok",
      version: "v1",
      account: tags.account,
      accountName: "svc@partner.example",
      consentedOn: tags["consented-at"],
      expiresOn: expiresOn.toISOString(),
    });
    expect(sent.map(({ form }) => [form["refresh_token"], form["client_secret"]])).toEqual([
      [undefined, undefined],
      ["value of v1", "the secret"],
    ]);
    expect(values()).toEqual(["value of v1"]);
    expect(lines).toEqual([
      `The token of svc@partner.example in ${target.vaultUri} is still valid: no sign-in is needed.`,
    ]);
  });

  const since = "2026-11-01T08:00:00.000Z";
  const another = { expiresOn: inDays(80), tags: { ...tags, "client-secret": "client-secret-old" } };
  test.each<[string, Partial<SecretVersion>, string]>([
    ["nears its end", { expiresOn: inDays(10) }, since],
    ["is past its end, but Entra still takes it", { expiresOn: inDays(-1) }, since],
    ["names another client secret", another, "2026-11-01T08:00:00.001Z"],
    ["was stored by the command", { expiresOn: inDays(80), tags: { ...tags, stack: noStack } }, since],
  ])("and %s is replaced by the rolled one, with the time of its consent", async (_, changes, publishedSince) => {
    holding(changes);
    redeeming(rolled());
    const found = await run();
    expect(found).toEqual({ ...found, health: "ok", version: "stored-2", consentedOn: tags["consented-at"] });
    expect(values()).toEqual(["value of v1", "rolled"]);
    expect(vault.kept.get(name)?.at(-1)?.secret.tags).toEqual({ ...tags, "client-secret-since": publishedSince });
    expect(vault.enabled).toEqual({ v1: false, "stored-2": true });
  });

  test("and is another stack's is neither redeemed nor replaced, and nobody is asked", async () => {
    holding({ tags: { ...tags, stack: "secure-application-model/other" } });
    const sent = redeeming(rolled());
    await expect(run({ mode: "interactive", force: true })).rejects.toMatchObject({ code: "token-of-another-stack" });
    expect([sent.length, values(), jest.mocked(signIn).mock.calls]).toEqual([1, ["value of v1"], []]);
  });

  test.each([
    ["the client secret has expired", refusal("invalid_client", "AADSTS7000222: Expired secret."), "secret"],
    ["the application is disabled", refusal("invalid_client", "AADSTS7000112: Disabled."), "administrator"],
  ])("is no reason to ask anybody when %s", async (_, answer, remedy) => {
    holding({ expiresOn: inDays(80) });
    redeeming(answer);
    expect(await failureOf(run({ mode: "interactive" }))).toMatchObject({ name: "EntraError", remedy });
    expect(signIn).not.toHaveBeenCalled();
  });
});

describe("where nobody can sign in, the failure names the reason and the command", () => {
  const failure = (why: unknown) => ({
    name: "ConsentRequiredError",
    code: "consent-required",
    what:
      "A person must sign in once, and nobody can here: there is no terminal and no BROWSER, or consent.mode is never. " +
      "Everything else is in place.",
    why,
    fixes: [
      fix(
        "On a machine with a browser, run this, then deploy again, which finds the token and continues",
        consentCommand(target),
      ),
    ],
  });

  const revoked = refusal("invalid_grant", "AADSTS50173: Revoked.");
  test.each<[unknown, Partial<SecretVersion> | undefined, { body: object }]>([
    [undefined, undefined, rolled()],
    ["The stored token is disabled.", { enabled: false }, rolled()],
    ["The stored token is foreign.", { tags: {} }, rolled()],
    [
      expect.stringContaining(
        `Redeeming the refresh token for ${resource} was refused: the refresh token was revoked. Entra says: AADSTS50173: Revoked.`,
      ),
      { expiresOn: inDays(80) },
      revoked,
    ],
    [
      "alice@partner.example signed in, but svc@partner.example was expected. Nothing was stored.",
      { expiresOn: inDays(80) },
      rolled({ upn: "alice@partner.example" }),
    ],
  ])("%j", async (why, changes, answer) => {
    holding(changes);
    redeeming(answer);
    await expect(run()).rejects.toMatchObject(failure(why));
  });
});

test("a token that others replace each time ends it, with what to do in a deployment as in a command", async () => {
  holding({ expiresOn: inDays(80) });
  const begins = Date.parse("2026-11-02T08:00:00Z");
  let others = 0;
  fakeEntraOf(target.tenantId, () => {
    const next = version(`other-${++others}`, new Date(begins + others * 1000).toISOString());
    vault.kept.get(name)?.push({ version: next, secret: { value: "x", contentType: "", tags: {} } });
    return rolled();
  });
  await expect(run()).rejects.toMatchObject({
    code: "renewal-overtaken",
    fixes: [sentence("Run it again: it continues with what they stored.")],
  });
});

describe("where somebody can", () => {
  /** Signs in with these claims. */
  const signsIn = (changes: object = {}) =>
    jest.mocked(signIn).mockImplementation(bringing(() => Promise.resolve(tokensWith("fresh", changes))));
  beforeEach(() => {
    holding({ expiresOn: inDays(80) });
    redeeming(rolled());
    signsIn();
  });

  test("what the sign-in brings is verified and stored with its own time, and older ones are disabled", async () => {
    const before = new Date().toISOString();
    const found = await run({ mode: "interactive", force: true });
    expect(found).toEqual({ ...found, health: "ok", version: "stored-2", accountName: "svc@partner.example" });
    expect(found.consentedOn >= before).toBe(true);
    expect(values()).toEqual(["value of v1", "fresh"]);
    expect(vault.enabled).toEqual({ v1: false, "stored-2": true });
    const [about, application, given] = jest.mocked(signIn).mock.calls[0] ?? [];
    expect([about, application, given]).toEqual([target, withSecret, { ...options, mode: "interactive", force: true }]);
    // A forced sign-in does not request the permissions again.
    expect(jest.mocked(signIn).mock.calls.map(([, , , , prompt]) => prompt)).toEqual([undefined]);
  });

  test("an older one that cannot be disabled is told with what finishes it, and the next run does so without asking", async () => {
    jest
      .spyOn(vault, "disable")
      .mockRejectedValueOnce(new VaultError("other", "Disabling failed: 503.", sentence("Try again.")));
    await expect(run({ mode: "interactive", force: true })).rejects.toMatchObject({
      name: "OlderTokensError",
      version: "stored-2",
      what: `The token is stored in ${target.vaultUri}, but an older one may still be enabled. Disabling failed: 503.`,
      fixes: [
        sentence("Try again."),
        fix(
          "Then disable it, without a sign-in (leave --force out)",
          ownCommand("consent", "--tenant", target.tenantId),
        ),
      ],
    });
    expect(vault.enabled).toEqual({ v1: true, "stored-2": true });
    expect((await run()).version).toBe("stored-2");
    expect(vault.enabled).toEqual({ v1: false, "stored-2": true });
  });

  test("another application's token under our tags is like none: somebody signs in, and it is disabled", async () => {
    redeeming(refusal("invalid_grant", "AADSTS700007: Another client's."));
    expect(await run({ mode: "interactive" })).toMatchObject({ health: "ok", version: "stored-2" });
    expect(vault.enabled).toEqual({ v1: false, "stored-2": true });
  });

  test("another account's token that is granted nothing any more is not waited for: the declared account signs in", async () => {
    holding({ expiresOn: inDays(80), tags: { ...tags, "account-name": "former@partner.example" } });
    redeeming(refusal("invalid_grant", "AADSTS65001: Not consented."));
    expect(await run({ mode: "interactive", grantsMade: true })).toMatchObject({ health: "ok", version: "stored-2" });
    expect(vault.enabled).toEqual({ v1: false, "stored-2": true });
  });

  test("what does not hold is not stored", async () => {
    holding();
    signsIn({ amr: ["pwd"] });
    await expect(run({ mode: "interactive" })).rejects.toThrow(VerificationError);
    expect(values()).toEqual([]);
  });

  test("two at once take turns, and one that nobody comes to ends without the other", async () => {
    holding();
    const came = Promise.withResolvers<never>();
    const order: string[] = [];
    const begun = Promise.withResolvers<undefined>();
    jest.mocked(signIn).mockImplementationOnce(() => {
      order.push("first begins");
      begun.resolve(undefined);
      return came.promise;
    });
    jest.mocked(signIn).mockImplementationOnce((...given) => {
      order.push("second begins");
      return bringing(() => Promise.resolve(tokensWith("fresh")))(...given);
    });
    const first = failureOf(run({ mode: "interactive" }));
    const second = run({ mode: "interactive" });
    await begun.promise;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(order).toEqual(["first begins"]);
    came.reject(new DeadlineError("Nobody signed in."));
    expect(await first).toMatchObject({ name: "DeadlineError" });
    expect(await second).toMatchObject({ health: "ok" });
    expect(order).toEqual(["first begins", "second begins"]);
  });
});
