/**
 * Concurrent writers of one token, with their requests to the vault in any order: the latest sign-in is on top in the end, and nothing that was
 * revoked comes back. The rule was simulated in 54,000 orders (docs/decisions/0014); this is the code.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { revokeStored } from "../../lib/token/disable-versions";
import { consentedAt } from "../../lib/token/health";
import { renew } from "../../lib/token/renew";
import { reconcile } from "../../lib/token/reconcile";
import { originOf } from "../../lib/token/tags";
import { writeToken } from "../../lib/token/writer";
import { useClock } from "../../lib/startup/clock";
import type { Marks, NewSecret } from "../../lib/vault/secrets";
import { VaultError } from "../../lib/vault/vault-error";
import { isSoak } from "../e2e/support/soak";
import { failureOf } from "../oauth/failure";
import { fakeEntra, redemptionOf } from "../oauth/fake-entra";
import { claims, MemoryVault, tags, target, tokensWith, version } from "./fixtures";

jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const name = target.refreshTokenName;

/** A vault whose requests wait for their turn, and whose clock may advance between them. */
class SharedVault extends MemoryVault {
  readonly #waiting: (() => void)[] = [];
  /** Seconds since the first version. */
  #second = 1;

  async turn(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Processes one request after the other, in a random order, until all writers have ended. */
  async serve(writers: readonly Promise<unknown>[], random: () => number, tick: number): Promise<void> {
    const state = { ended: false };
    const all = Promise.all(writers).finally(() => (state.ended = true));
    while (!state.ended) {
      if (random() < tick) this.#second += 1;
      const [next] = this.#waiting.splice(Math.floor(random() * this.#waiting.length), 1);
      next?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await all;
  }

  protected override async called(what: string): Promise<void> {
    await this.turn();
    await super.called(what);
    if (this.kills()) await killed.getStore()?.();
  }

  /** Whether the writer whose request this is ends after it. */
  kills = (): boolean => false;

  override async store(secret: string, given: NewSecret): Promise<string> {
    const id = await super.store(secret, given);
    const kept = this.kept.get(secret)?.at(-1);
    const now = new Date(this.#second * 1000);
    if (kept !== undefined) kept.version = { ...kept.version, createdOn: now, updatedOn: now };
    return id;
  }

  override async disable(secret: string, id: string, change: Partial<Marks> = {}): Promise<void> {
    await super.disable(secret, id, change);
    const kept = this.kept.get(secret)?.find((one) => one.version.version === id);
    if (kept !== undefined) kept.version = { ...kept.version, updatedOn: new Date(this.#second * 1000) };
  }
}

/** Random numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Ends a writer between two of its requests: it never goes on. */
const killed = new AsyncLocalStorage<() => Promise<never>>();

const killable = (act: () => Promise<unknown>): Promise<unknown> =>
  new Promise((resolve) => {
    const end = () => {
      resolve("killed");
      return new Promise<never>(() => undefined);
    };
    killed.run(end, () => void act().then(resolve, resolve));
  });

/** A token and its credential in a vault, and Entra, which rolls what it redeems. */
function heldByOne() {
  const first = version("v0", "1970-01-01T00:00:00Z", { tags: { ...tags, "consented-at": "1970-01-01T00:00:00Z" } });
  const vault = new SharedVault(first);
  const secret = { value: "the client secret", contentType: "", tags: {} };
  vault.kept.set(target.credential, [{ version: version("1", "1970-01-01T00:00:00Z"), secret }]);
  fakeEntra(({ form }) => redemptionOf(claims.aud, claims, `${form["refresh_token"]}, rolled`));
  // A person takes longest: a sign-in began before all others.
  const signIn = async (who: string) => {
    await vault.turn();
    const writer = { target, vault: vault.asVault, before: [first] };
    await writeToken(writer, tokensWith(who));
  };
  const disable = async () => {
    const [newest] = await vault.listVersions(name);
    if (newest === undefined) return;
    await vault.disable(name, newest.version);
    person = { disabled: newest.version, before: (vault.kept.get(name) ?? []).length };
  };
  let person = { disabled: "", before: 0 };
  const acts = {
    renewal: () => renew(target.cloud, vault.asVault, name, undefined),
    "sign-in": () => signIn("signed in"),
    "another sign-in": () => signIn("signed in again"),
    revocation: () => revokeStored(target, vault.asVault, "dev"),
    "a person": disable,
  };
  /** The versions that are enabled, although they were made of what a person had disabled by then. */
  const madeOfDisabled = () =>
    (vault.kept.get(name) ?? [])
      .slice(person.before)
      .filter(({ version: one }) => one.enabled && originOf(one) === person.disabled);
  return { vault, acts, madeOfDisabled };
}

type Act = keyof ReturnType<typeof heldByOne>["acts"];

const orders = isSoak ? 3000 : 150;

beforeEach(() => {
  restoreClock = useClock(() => 1000);
});
let restoreClock = (): void => undefined;
afterEach(() => {
  restoreClock();
  jest.restoreAllMocks();
});

const scenarios: (readonly [name: string, acts: Act[]])[] = [
  ["a sign-in with three renewals", ["sign-in", "renewal", "renewal", "renewal"]],
  ["two sign-ins with two renewals", ["sign-in", "another sign-in", "renewal", "renewal"]],
  ["four renewals", ["renewal", "renewal", "renewal", "renewal"]],
  ["a revocation with three renewals", ["revocation", "renewal", "renewal", "renewal"]],
  ["a person who disables the newest with two renewals", ["a person", "renewal", "renewal"]],
];
const clocks = [
  ["within the same seconds", 0.2],
  ["in seconds of their own", 1],
] as const;

describe.each(scenarios)("%s", (_, acts) => {
  const isRevoked = acts.some((act) => act === "revocation" || act === "a person");
  const isSignedIn = acts.some((act) => act.endsWith("sign-in"));

  test.each(clocks)("%s", async (_clock, tick) => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= orders; seed++) {
      const held = heldByOne();
      const writers = acts.map(async (act) => {
        const error = await failing(held.acts[act]());
        if (act !== "revocation" && act !== "a person") seen.add(error instanceof Error ? error.name : "fine");
      });
      await held.vault.serve(writers, randomOf(seed), tick);
      if (acts.includes("a person")) expect({ seed, made: held.madeOfDisabled() }).toEqual({ seed, made: [] });
      else expect({ seed, ...stateOf(held.vault) }).toEqual({ seed, ...(isRevoked ? nothing : settled(held.vault)) });
      if (isSignedIn)
        expect({ seed, on: topOf(held.vault)?.secret.value }).toEqual({
          seed,
          on: expect.stringMatching(/^signed in/u) as string,
        });
    }
    expect([...seen].filter((one) => one !== "fine")).toEqual(isRevoked ? ["ConsentRequiredError"] : []);
  });

  test.each(clocks)("%s, writers killed, and one renewal after", async (_clock, tick) => {
    for (let seed = 1; seed <= orders; seed++) {
      const held = heldByOne();
      const random = randomOf(seed);
      held.vault.kills = () => random() < 0.15;
      await held.vault.serve(
        acts.filter((act) => act !== "revocation").map((act) => killable(held.acts[act])),
        randomOf(seed),
        tick,
      );
      held.vault.kills = () => false;
      if (acts.includes("revocation")) await held.vault.serve([held.acts.revocation()], random, tick);
      await held.vault.serve([failing(held.acts.renewal())], random, tick);
      if (!isRevoked) expect({ seed, ...stateOf(held.vault) }).toEqual({ seed, ...settled(held.vault) });
      else if (acts.includes("revocation")) expect({ seed, ...stateOf(held.vault) }).toEqual({ seed, ...nothing });
    }
  });
});

const failing = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => undefined,
    (error: unknown) => error,
  );

const all = (vault: MemoryVault) => vault.kept.get(name) ?? [];
const topOf = (vault: MemoryVault) => all(vault).at(-1);
const nothing = { enabled: [] as string[] };

/** The versions that are enabled. */
const stateOf = (vault: MemoryVault) => ({
  enabled: all(vault).flatMap(({ version: one }) => (one.enabled ? [one.version] : [])),
});

/** The newest, and of its sign-in those before it: none of an earlier one. */
function settled(vault: MemoryVault): typeof nothing {
  const latest = Math.max(...all(vault).map((one) => consentedAt(one.version)));
  const own = all(vault).filter((one) => consentedAt(one.version) === latest);
  return { enabled: own.map((one) => one.version.version) };
}

describe("one writer", () => {
  const at = (seconds: number) => new Date(Date.parse("2026-11-24T08:00:00Z") + seconds * 1000).toISOString();
  const signedIn = (seconds: number) => ({ tags: { ...tags, "consented-at": at(seconds) } });
  const stored = { version: "held-up", signedIn: Date.parse(at(0)), redeemed: undefined };

  test("over a later sign-in puts that one's token on top, and disables its own", async () => {
    const vault = new MemoryVault(version("later", at(60), signedIn(50)), version("held-up", at(90), signedIn(0)));
    await reconcile({ target, vault: vault.asVault }, stored);
    expect([topOf(vault)?.secret, vault.enabled]).toMatchObject([
      { value: "value of later", ...signedIn(50) },
      { "held-up": false, later: true, "stored-3": true },
    ]);
  });

  test("that cannot put it right says so, with what does", async () => {
    const vault = new MemoryVault(version("later", at(60), signedIn(50)), version("held-up", at(90), signedIn(0)));
    jest.spyOn(vault, "store").mockRejectedValue(new VaultError("no-role", "Storing failed: 403 ForbiddenByRbac."));
    let clock = 1000;
    restoreClock();
    restoreClock = useClock(() => (clock += 5000));
    expect(await failureOf(reconcile({ target, vault: vault.asVault }, stored))).toMatchObject({
      name: "OlderTokensError",
      version: "held-up",
      message:
        `The token is stored in ${target.vaultUri}, but a token of an earlier sign-in may still be enabled. Storing failed: 403 ForbiddenByRbac. ` +
        `Then disable it, without a sign-in (leave --force out): secure-app-model consent --tenant ${target.tenantId}`,
    });
  });

  test("a token that a killed writer made of a revoked one is refused, and disabled", async () => {
    const made = { contentType: "application/x-oauth-refresh-token; redeemed=v1", ...signedIn(0) };
    const revoked = version("v1", at(0), { ...signedIn(0), enabled: false, updatedOn: new Date(at(30)) });
    const vault = new MemoryVault(revoked, version("v2", at(60), made));
    fakeEntra(() => redemptionOf(claims.aud, claims));
    const failure = await failureOf(renew(target.cloud, vault.asVault, name, undefined));
    expect([(failure as Error).name, vault.enabled]).toEqual(["ConsentRequiredError", { v1: false, v2: false }]);
  });

  test("what an administrator disabled later than a renewal was stored is that version alone", async () => {
    const made = { contentType: "application/x-oauth-refresh-token; redeemed=v1", ...signedIn(0) };
    const older = version("v1", at(0), { ...signedIn(0), enabled: false, updatedOn: new Date(at(90)) });
    const vault = MemoryVault.withSecret(older, version("v2", at(60), made));
    fakeEntra(() => redemptionOf(claims.aud, claims));
    await renew(target.cloud, vault.asVault, name, undefined);
    expect(vault.enabled).toMatchObject({ v1: false, v2: true });
  });
});
