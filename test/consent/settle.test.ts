/**
 * Concurrent writers of one token, with their requests to the vault in any order: whoever ends last, the newest version has the latest
 * publication.
 */
import { renew } from "../../lib/consent/renew";
import { revokeStored } from "../../lib/consent/disable-versions";
import { repairOvertaken } from "../../lib/consent/overtaken";
import { beginWriting } from "../../lib/consent/store";
import type { ConsentTarget } from "../../lib/consent/target";
import { useClock } from "../../lib/startup/clock";
import { writeToken } from "../../lib/consent/writer";
import type { NewSecret } from "../../lib/vault/secrets";
import { VaultError } from "../../lib/vault/vault-error";
import { failureOf } from "../oauth/failure";
import { fakeEntra, redemptionOf } from "../oauth/fake-entra";
import { claims, MemoryVault, tags, target, tokensWith, version } from "./fixtures";

jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const name = target.refreshTokenName;
const renamed: ConsentTarget = { ...target, clientSecretName: "client-secret-next-87654321" };

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
  }

  override async store(secret: string, given: NewSecret): Promise<string> {
    const id = await super.store(secret, given);
    const kept = this.kept.get(secret)?.at(-1);
    if (kept !== undefined) kept.version = { ...kept.version, createdOn: new Date(this.#second * 1000) };
    return id;
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

/** A token and two client secrets in a vault, and Entra, which rolls what it redeems. */
function heldByOne() {
  const first = version("v0", "1970-01-01T00:00:00Z", { tags: { ...tags, "consented-at": "1970-01-01T00:00:00Z" } });
  const vault = new SharedVault(first);
  const secret = { value: "the client secret", contentType: "", tags: {} };
  for (const { clientSecretName } of [target, renamed])
    vault.kept.set(clientSecretName, [{ version: version("1", "1970-01-01T00:00:00Z"), secret }]);
  fakeEntra(({ form }) => redemptionOf(claims.aud, claims, `${form["refresh_token"]}, rolled`));
  const renewal = async (publishWith?: string) =>
    await renew(target.cloud, vault.asVault, name, undefined, publishWith);
  return { vault, first, renewal };
}

let restoreClock = (): void => undefined;
afterEach(() => {
  restoreClock();
  jest.restoreAllMocks();
});

test.each([
  // A list does not show the order within a second: then the sign-in's token may be replaced by a rolled one, but its credential must stay.
  ["within the same seconds: the new name is on top, and no two writers disable each other", 0.2, undefined],
  [
    "in seconds of their own: so it is, and the sign-in's token is not lost to those rolled from the one before",
    1,
    "signed in",
  ],
])("500 orders of a rotation, a sign-in, two renewals and a look, %s", async (_, tick, value) => {
  // The time of the sign-in, by the vault's clock.
  restoreClock = useClock(() => 1000);
  for (let seed = 1; seed <= 500; seed++) {
    const random = randomOf(seed);
    const { vault, first, renewal } = heldByOne();
    const kept = async () => {
      const listed = await vault.listVersions(name);
      await repairOvertaken({ target, vault: vault.asVault }, listed[0]?.version ?? "", { listed });
    };
    // A person takes longest: this writer began before all others.
    const writer = beginWriting(target, vault.asVault, [first]);
    const signIn = async () => {
      await vault.turn();
      await writeToken(writer, () => Promise.resolve(tokensWith("signed in")));
    };
    const writers = [signIn(), renewal(renamed.clientSecretName), renewal(), renewal(), kept()];
    await vault.serve(writers, random, tick);
    const all = vault.kept.get(name) ?? [];
    const current = all.at(-1);
    const top = all.filter(
      ({ version: { createdOn } }) => createdOn.getTime() === current?.version.createdOn.getTime(),
    );
    const names = new Set(top.filter((one) => one.version.enabled).map((one) => one.version.tags["client-secret"]));
    const signedInAt = (one?: (typeof all)[number]) => one?.version.tags["consented-at"] ?? "";
    const others = all.filter((one) => one.version.enabled && one !== current);
    expect({
      seed,
      enabled: current?.version.enabled,
      // No other writer may disable a later sign-in's version.
      others: others.filter((one) => signedInAt(one) <= signedInAt(current)).length,
      names: [...names],
      value: value && current?.secret.value.split(",")[0],
    }).toEqual({
      seed,
      enabled: true,
      others: 0,
      names: [renamed.clientSecretName],
      value,
    });
  }
});

test("500 orders of a rotation, three renewals and a revocation: nothing stays enabled, and what came of it is said", async () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 500; seed++) {
    const { vault, renewal } = heldByOne();
    const writers = [renewal(renamed.clientSecretName), renewal(), renewal(), renewal()].map(async (one) => {
      const error = await one.then(
        () => undefined,
        (failure: unknown) => failure,
      );
      seen.add(error instanceof Error ? error.name : "fine");
    });
    await vault.serve([...writers, revokeStored(target, vault.asVault, "dev")], randomOf(seed), 0.2);
    const enabled = Object.entries(vault.enabled).filter(([, isEnabled]) => isEnabled);
    expect({ seed, enabled }).toEqual({ seed, enabled: [] });
  }
  expect([...seen].toSorted()).toEqual(["ConsentRequiredError", "fine"]);
});

describe("one writer", () => {
  const at = (seconds: number) => new Date(Date.parse("2026-11-24T08:00:00Z") + seconds * 1000).toISOString();
  const first = { tags: { ...tags, "client-secret-since": at(0) } };
  const next = (changes: object = {}) => ({
    tags: { ...tags, "client-secret": renamed.clientSecretName, "client-secret-since": at(60), ...changes },
  });

  test("that a killed one left an old name on top for puts the published name there, with the token that is on top", async () => {
    const vault = new MemoryVault(
      version("held-up", at(90), first),
      version("rotated", at(60), { ...next(), enabled: false }),
    );
    await repairOvertaken({ target, vault: vault.asVault }, "held-up");
    expect([vault.kept.get(name)?.at(-1)?.secret, vault.enabled]).toMatchObject([
      { value: "value of held-up", tags: next().tags },
      { "held-up": false, rotated: false, "stored-3": true },
    ]);
  });

  test("that cannot put it right says so, with what does", async () => {
    const vault = new MemoryVault(version("held-up", at(90), first), version("rotated", at(60), next()));
    jest.spyOn(vault, "store").mockRejectedValue(new VaultError("no-role", "Storing failed: 403 ForbiddenByRbac."));
    let clock = Date.now();
    jest.spyOn(Date, "now").mockImplementation(() => (clock += 5000));
    expect(await failureOf(repairOvertaken({ target, vault: vault.asVault }, "held-up"))).toMatchObject({
      name: "OlderTokensError",
      version: "held-up",
      message:
        `The token is stored in ${target.vaultUri}, but another writer stored one with client secret ${renamed.clientSecretName} or ` +
        "a later one meanwhile, and the newest may be older. Storing failed: 403 ForbiddenByRbac. Then correct it, " +
        `without a sign-in (leave --force out): secure-app-model consent --tenant ${target.tenantId}`,
    });
    jest.restoreAllMocks();
  });

  test("that others never let finish gives up", async () => {
    const vault = new MemoryVault(version("v0", at(0)));
    const writer = beginWriting(target, vault.asVault, await vault.listVersions(name));
    const store = vault.store.bind(vault);
    let others = 0;
    jest.spyOn(vault, "store").mockImplementation(async (secret, given) => {
      const id = await store(secret, given);
      const later = version(`other-${++others}`, at(0), next({ "client-secret-since": at(60 + others) }));
      const kept = vault.kept.get(name);
      kept?.push({
        version: { ...later, createdOn: kept.at(-1)?.version.createdOn ?? later.createdOn },
        secret: given,
      });
      kept?.push({ version: { ...later, version: `stale-${others}`, ...first }, secret: given });
      kept?.at(-1)?.version.createdOn.setTime(Date.parse("2999-01-01T00:00:00Z") + others * 1000);
      return id;
    });
    const attempt = writeToken(writer, () => Promise.resolve(tokensWith("mine")), { redeemed: version("v0", at(0)) });
    await expect(attempt).rejects.toThrow("Others kept storing tokens.");
    expect(Object.values(vault.enabled).some(Boolean)).toBe(true);
  });
});
