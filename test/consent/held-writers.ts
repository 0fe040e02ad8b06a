/**
 * A client secret is rotated, or the stack destroyed, while a writer of the token is delayed, on an emulator and without an engine: no pending
 * request may undo that. The test file must mock cli/terminal/output, because the commands' output does not matter here.
 */
import { type StruckRequest } from "../../embedded-cloud/testing/emulator";
import { freePort } from "../../embedded-cloud/free-port";
import { token } from "../../cli/token/token";
import { exitCodes } from "../../cli/terminal/exit-code";
import { exitCodeOf } from "../../cli/terminal/failure";
import { cloudOf } from "../../lib/config/clouds";
import { consent } from "../../lib/consent/consent";
import { Failure } from "../../lib/errors/failure";
import { importToken } from "../../lib/consent/import-token";
import { renew } from "../../lib/consent/renew";
import { revokeStored } from "../../lib/consent/disable-versions";
import type { ConsentTarget } from "../../lib/consent/target";
import { read, remove, update } from "../../lib/providers/consent";
import { Vault } from "../../lib/vault/secrets";
import { clientSecretName as oldName, type Stage } from "../cli/support/stage";
import { holdFirst } from "./hold";
import { robotSignsIn } from "./robot-signs-in";
import { consumer, makeSecret, stageHere, storePartners, targetOn } from "./stage-here";

const newName = "client-secret-next-5e6f7a8b";

let stage: Stage;

function stageWithToken(): void {
  stageHere(async (fresh) => {
    stage = fresh;
    jest.spyOn(console, "error").mockReturnValue(undefined); // the rotation's progress
    await stage.storeToken();
    stage.age(stage.tokenName, 60);
  });
  afterEach(() => jest.restoreAllMocks());
}

type Inputs = Parameters<typeof update>[2];
type Outputs = Parameters<typeof update>[1];

const cloudHere = () => cloudOf("AzureCloud", stage.endpoints());
const targetOf = (clientSecretName: string): ConsentTarget => targetOn(stage, clientSecretName);

/** The writers, each started before the rotation: with the old secret's name. */
const writers: Record<string, () => Promise<unknown>> = {
  renew: () => renew(cloudHere(), new Vault(cloudHere(), stage.vaultUri), stage.tokenName, undefined),
  "consent --import": async () => importToken(targetOf(oldName), await stage.refreshToken(), () => undefined),
  "a sign-in": async () => {
    const options = { mode: "interactive", force: true, deadlineMinutes: 1, warnBeforeDays: 30 } as const;
    return consent(targetOf(oldName), { ...options, port: await freePort() }, robotSignsIn());
  },
};

const isOfToken = ({ request }: StruckRequest) =>
  new URL(request.url).pathname.startsWith(`/secrets/${stage.tokenName}`);
const isPut = (struck: StruckRequest) => isOfToken(struck) && struck.request.method === "PUT";

/** The requests that a writer sends from its redemption on, in their order. Each can be delayed before the service gets it. */
const points: Record<string, (struck: StruckRequest, stored: boolean) => boolean> = {
  "the store": isPut,
  "the read back": (struck, stored) =>
    stored && isOfToken(struck) && /\/[0-9a-f]{32}$/u.test(new URL(struck.request.url).pathname),
  "the look afterwards": (struck, stored) => stored && isOfToken(struck) && struck.request.url.includes("/versions"),
  "the disabling": (struck) => isOfToken(struck) && struck.request.method === "PATCH",
};

/** Delays the first matching request. @returns a promise of that moment, and a function that continues it */
function holdAt(isMeant: (struck: StruckRequest, stored: boolean) => boolean) {
  let stored = false;
  return holdFirst(stage.emulator, (struck) => {
    const meant = isMeant(struck, stored);
    stored ||= isPut(struck);
    return meant;
  });
}

/** The stack's consent and its client secrets, with the changes of `pulumi up`. */
class Rotation {
  #inputs: Inputs;
  #outputs: Outputs;

  constructor() {
    const { tenantId, clientId, vaultUri, refreshTokenName, account = "", stack } = targetOf(oldName);
    const names = { tenantId, clientId, vaultUri, refreshTokenName, credentialNames: [oldName] as const, stack };
    const options = { mode: "never", deadlineMinutes: 10, warnBeforeDays: 30, port: 8400 } as const;
    const kept = { health: "ok", providerVersion: "1", __provider: "code" } as const;
    this.#inputs = {
      cloud: "AzureCloud",
      endpoints: stage.endpoints(),
      ...names,
      permissions: [],
      account,
      ...options,
      ...kept,
    };
    const facts = { version: "", accountId: "", accountName: "", consentedOn: "", expiresOn: "" };
    this.#outputs = { ...this.#inputs, ...facts };
  }

  get #id(): string {
    return `${stage.vaultUri}/secrets/${stage.tokenName}`;
  }

  /** The first `up`: both secrets are valid, and the new one is published. */
  async first(): Promise<void> {
    await makeSecret(stage, newName);
    await this.#update({ ...this.#inputs, credentialNames: [newName, oldName] });
  }

  /** The second `up`: the old one is removed from the application, but stays in the vault. */
  async second(): Promise<void> {
    await this.#update({ ...this.#inputs, credentialNames: [newName] });
    stage.application.application.passwordCredentials.shift();
  }

  /** `pulumi destroy`. */
  async destroyed(): Promise<void> {
    await remove(this.#id, this.#outputs);
  }

  /** The result of a refresh. */
  async refreshed(): Promise<Inputs> {
    return (await read(this.#id, this.#outputs)).inputs;
  }

  async #update(news: Inputs): Promise<void> {
    this.#outputs = (await update(this.#id, this.#outputs, news)).outs;
    this.#inputs = news;
  }
}

/** Names of the client secrets in the tags of the enabled versions. */
async function published(): Promise<string[]> {
  const names = new Set<string>();
  for await (const { enabled, tags } of stage.vault.listPropertiesOfSecretVersions(stage.tokenName))
    if (enabled) names.add(tags?.["client-secret"] ?? "");
  return [...names];
}

const moments = ["between the two steps", "after the second step"] as const;
const clocks = ["seconds apart", "in the same second"] as const;
type Ways = readonly [moment: (typeof moments)[number], clock: (typeof clocks)[number]];
const ways = moments.flatMap((moment) => clocks.map((clock): Ways => [moment, clock]));

/** @param isChosen for each writer and point, which of the four continuations to run, by their numbers */
export function testHeldWriters(isChosen: (writer: number, point: number, way: number) => boolean): void {
  stageWithToken();
  const cases = Object.keys(writers).flatMap((writer, first) =>
    Object.keys(points).flatMap((point, second) =>
      ways.filter((_, third) => isChosen(first, second, third)).map((way) => [writer, point, ...way] as const),
    ),
  );
  test.each(cases)("%s, held at %s, and let go %s, %s", nothingIsUndone);
}

async function nothingIsUndone(writer: string, point: string, moment: Ways[0], clock: Ways[1]): Promise<void> {
  const pass = () => {
    if (clock === "seconds apart") stage.emulator.clock.advance(2000);
  };
  const rotation = new Rotation();
  const { held, release } = holdAt(points[point] ?? isPut);
  const written = writers[writer]?.();
  await held;
  const ends = consumer();
  pass();
  await rotation.first();
  pass();
  if (moment === "between the two steps") {
    release();
    await written;
    await rotation.second();
  } else {
    await rotation.second();
    pass();
    release();
    await written;
  }
  const { failures } = await ends();
  const { value, properties } = await stage.vault.getSecret(stage.tokenName);
  const { health, credentialNames } = await rotation.refreshed();
  expect({
    failures,
    current: properties.tags?.["client-secret"],
    published: await published(),
    refreshed: [health, ...credentialNames],
    value: value !== undefined,
  }).toEqual({ failures: [], current: newName, published: [newName], refreshed: ["ok", newName], value: true });
}

/** @param isChosen for each writer and point, which of the two clocks to use */
export function testHeldWritersOfADestroyedStack(
  isChosen: (writer: number, point: number, way: number) => boolean,
): void {
  const cases = Object.keys(writers).flatMap((writer, first) =>
    Object.keys(points).flatMap((point, second) =>
      clocks.filter((_, third) => isChosen(first, second, third)).map((clock) => [writer, point, clock] as const),
    ),
  );
  test.each(cases)("the stack is destroyed while %s is held at %s, %s: no version stays enabled", nothingStaysEnabled);
}

async function nothingStaysEnabled(writer: string, point: string, clock: Ways[1]): Promise<void> {
  const { held: reached, release } = holdAt(points[point] ?? isPut);
  const written = writers[writer]?.().then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
  await reached;
  if (clock === "seconds apart") stage.emulator.clock.advance(2000);
  await new Rotation().destroyed();
  release();
  const said = await written;
  expect([await published(), said]).toEqual([
    [],
    point === "the store" ? expect.stringMatching(/^Stack test was destroyed /u) : said,
  ]);
}

/**
 * A person disables the token while one that rolls it is held: what that stores is disabled, and it says so.
 * @param isChosen of each that rolls it and each point, by their numbers
 */
export function testHeldWritersOfADisabledToken(isChosen: (roller: number, point: number) => boolean): void {
  const begunByDeployment = async () => {
    const rotation = new Rotation();
    await rotation.first();
  };
  const rollers = { renew: writers["renew"], "a rotation": begunByDeployment };
  const before = ["the store", "the read back", "the look afterwards"];
  const cases = Object.entries(rollers).flatMap(([name, roller], first) =>
    before.filter((_, second) => isChosen(first, second)).map((point) => [name, point, roller] as const),
  );
  test.each(cases)(
    "a person disables the token while %s is held at %s: nothing stays enabled",
    async (_, point, roller) => {
      const { properties } = await stage.vault.getSecret(stage.tokenName);
      const { held, release } = holdAt(points[point] ?? isPut);
      const written = roller?.().then(
        () => undefined,
        (error: unknown) => error,
      );
      await held;
      stage.emulator.clock.advance(2000);
      await stage.vault.updateSecretProperties(stage.tokenName, properties.version ?? "", { enabled: false });
      release();
      const error = await written;
      const said = /^Somebody disabled the token .* while it was being stored: what came of that is disabled too\. /u;
      expect([await published(), (error as Error | undefined)?.message]).toEqual([[], expect.stringMatching(said)]);
      // What the engine is told is a text.
      expect(exitCodeOf(error)).toBe(error instanceof Failure ? exitCodes.consentNeeded : exitCodes.failed);
    },
  );
}

/** That a stolen token's versions stay disabled, though one renewal was held and another had ended meanwhile. */
export function testStolenDuringRenewals(): void {
  test("a token is revoked as stolen while one renewal is held and after another one: nothing stays enabled", async () => {
    const { held, release } = holdAt(isPut);
    const written = writers["renew"]?.().then(
      () => undefined,
      (error: unknown) => error,
    );
    await held;
    stage.emulator.clock.advance(2000);
    await writers["renew"]?.();
    stage.emulator.clock.advance(2000);
    await revokeStored(targetOf(oldName), new Vault(cloudHere(), stage.vaultUri));
    release();
    expect([exitCodeOf(await written), await published()]).toEqual([exitCodes.consentNeeded, []]);
  });
}

/** That a client secret which another tenant's token names goes once the printed command has published that with the new one. */
export function testSecretInUse(): void {
  test("a client secret that another tenant's token names goes once the printed command has published that with the new one", async () => {
    await storePartners(stage);
    const rotation = new Rotation();
    await rotation.first();
    const refusal = await rotation.second().catch((error: unknown) => (error as Error).message);
    const [, line = ""] = /secure-app-model (consent [^\n]*), then pulumi up$/u.exec(String(refusal)) ?? [];
    const words = [...line.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? "");
    // No sign-in is needed.
    expect(await stage.run(words)).toMatchObject({ code: 0 });
    await rotation.second();
    await expect(
      token("graph", { partnerTenant: stage.emulator.seeds.otherPartners[0].partner.id }),
    ).resolves.toBeUndefined();
  });
}
