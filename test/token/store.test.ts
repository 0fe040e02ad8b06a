import { earlierIn } from "../../lib/token/reconcile";
import { storeToken } from "../../lib/token/store";
import { verifyTokens } from "../../lib/token/verify";
import { VaultError } from "../../lib/vault/vault-error";
import { failureOf } from "../oauth/failure";
import { writeToken } from "../../lib/token/writer";
import { MemoryVault, tags, target, tokensWith, version } from "./fixtures";

jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const name = target.refreshTokenName;
const tokens = tokensWith("refresh-canary");
const begin = (vault: MemoryVault) => ({
  target,
  vault: vault.asVault,
  before: vault.kept.get(name)?.map((one) => one.version) ?? [],
});
const store = (vault: MemoryVault, milliseconds = 60_000) => writeToken(begin(vault), tokens, { milliseconds });
const second = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();

describe("a version whose tags somebody changed is of an earlier sign-in all the same", () => {
  test.each([
    ["a sign-in in the far future", { "consented-at": "9999-12-31T23:59:59.999Z" }],
    ["one that is no time", { "consented-at": "ZZZ" }],
    ["ids in upper case", { application: tags.application.toUpperCase(), tenant: tags.tenant.toUpperCase() }],
  ])("%s", (_, changes) => {
    const before = { "consented-at": "2026-10-01T08:00:00.000Z" };
    const tampered = version("tampered", "2026-11-01T08:00:01Z", { tags: { ...tags, ...before, ...changes } });
    const newest = version("newest", "2026-11-20T08:00:00Z");
    expect(earlierIn(target, [newest, tampered]).map((one) => one.version)).toEqual(["tampered"]);
  });
});

describe("storing", () => {
  test("keeps the token with type, end and tags, reads it back, and lists again", async () => {
    const vault = new MemoryVault();
    const before = Date.now();
    await store(vault);
    const [stored] = vault.kept.get(name) ?? [];
    expect(stored?.secret).toEqual({
      value: "refresh-canary",
      contentType: "application/x-oauth-refresh-token",
      expiresOn: stored?.secret.expiresOn,
      tags: {
        ...tags,
        "consented-at": expect.stringMatching(/^20\d\d-.*Z$/u) as string,
      },
    });
    const end = stored?.secret.expiresOn?.getTime() ?? 0;
    expect(Math.abs(end - before - 90 * 86_400_000)).toBeLessThan(60_000);
    expect(vault.calls).toEqual([`store ${name}`, `read ${name}`, `list ${name}`]);
  });

  test("disables ours of earlier sign-ins, and nothing else", async () => {
    const vault = new MemoryVault(
      version("older", "2026-10-01T00:00:00Z"),
      version("oldest", "2026-09-01T00:00:00Z"),
      version("foreign", "2026-08-01T00:00:00Z", { tags: { ...tags, application: "another" } }),
      version("untagged", "2026-08-01T00:00:00Z", { tags: {} }),
      version("off", "2026-07-01T00:00:00Z", { enabled: false }),
    );
    await store(vault);
    expect(vault.enabled).toEqual({
      older: false,
      oldest: false,
      foreign: true,
      untagged: true,
      off: false,
      "stored-6": true,
    });
    expect(vault.calls.filter((call) => call.startsWith("disable"))).toEqual(["disable older", "disable oldest"]);
  });

  test("a sign-in counts as later than one before it by a clock ten minutes fast, which is disabled", async () => {
    const fast = { ...tags, "consented-at": new Date(Date.now() + 600_000).toISOString() };
    const vault = new MemoryVault(version("fast", new Date(Date.now() - 60_000).toISOString(), { tags: fast }));
    await store(vault);
    expect(vault.enabled).toEqual({ fast: false, "stored-2": true });
  });

  test("of one second an earlier sign-in's is disabled as well", async () => {
    const vault = new MemoryVault(version("tied", second), version("older", "2026-10-01T00:00:00Z"));
    jest.spyOn(Date, "now").mockReturnValue(Date.parse(second));
    await store(vault);
    jest.restoreAllMocks();
    expect(vault.enabled).toEqual({ tied: false, older: false, "stored-3": true });
  });

  test("never disables what it stored, nor one of a later sign-in, whose token it puts on top", async () => {
    const later = { ...tags, "consented-at": new Date(Date.now() + 3_600_000).toISOString() };
    const vault = new MemoryVault(version("older", "2026-10-01T00:00:00Z"));
    const writer = begin(vault);
    vault.kept.get(name)?.push({
      version: version("later", new Date(Date.now() - 60_000).toISOString(), { tags: later }),
      secret: { value: "later", contentType: "", tags: later },
    });
    await writeToken(writer, tokens, { milliseconds: 60_000 });
    expect([vault.enabled, vault.kept.get(name)?.at(-1)?.secret.value]).toEqual([
      { older: false, later: true, "stored-3": false, "stored-4": true },
      "later",
    ]);
  });

  test("tries again what fails, whatever it is: the token exists nowhere else", async () => {
    const vault = new MemoryVault();
    vault.failures.push(new VaultError("no-role", "403"), new Error("anything"), new VaultError("other", "500"));
    await store(vault);
    expect(vault.calls.filter((call) => call.startsWith("store"))).toHaveLength(4);
    expect(vault.enabled).toEqual({ "stored-1": true });
  });

  test("stores again when the vault gives back another value", async () => {
    const vault = new MemoryVault();
    jest
      .spyOn(vault, "read")
      .mockResolvedValueOnce({ value: "another", version: "stored-1", contentType: "", tags: {} });
    await store(vault);
    expect(vault.calls.filter((call) => call.startsWith("store"))).toHaveLength(2);
  });

  test("says after the deadline that consent must be repeated, without the token", async () => {
    const vault = new MemoryVault();
    const failure = new VaultError("firewall", "Storing failed: 403 ForbiddenByFirewall.");
    vault.failures.push(failure);
    expect(await failureOf(store(vault, 0))).toMatchObject({
      code: "vault-firewall",
      message:
        "Storing failed: 403 ForbiddenByFirewall. The token could not be stored in time and is lost. Consent again.",
    });
    expect(vault.enabled).toEqual({});
  });

  test("takes only what was verified: anything else neither type-checks nor reaches the vault", async () => {
    const unverified = { tokens, account: tags.account, accountName: "svc@partner.example" };
    const vault = new MemoryVault();
    const refusal = "These tokens were not verified";
    // @ts-expect-error -- only verifyTokens creates VerifiedTokens
    await expect(storeToken(begin(vault), unverified)).rejects.toThrow(refusal);
    // A copy is not the checked object.
    await expect(storeToken(begin(vault), { ...verifyTokens(target, tokens) })).rejects.toThrow(refusal);
    expect(vault.calls).toEqual([]);
  });
});
