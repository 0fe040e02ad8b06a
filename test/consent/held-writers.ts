/**
 * A client secret is rotated, or the stack destroyed, while a writer of the token is delayed, on an emulator and without an engine: no pending
 * request may undo that. The test file must mock cli/terminal/output, because the commands' output does not matter here.
 */
import type { StruckRequest } from "../../embedded-cloud/testing/emulator";
import { exitCodes } from "../../cli/terminal/exit-code";
import { exitCodeOf } from "../../cli/terminal/failure";
import { Failure } from "../../lib/errors/failure";
import { importToken } from "../../lib/consent/import-token";
import { renew } from "../../lib/consent/renew";
import { read, remove, update } from "../../lib/providers/consent";
import { clientSecretName as oldName, type Stage } from "../cli/support/stage";
import {
  cloudOn,
  consumer,
  failureOf,
  holdFirst,
  type Inputs,
  inputsOn,
  makeSecret,
  namedIn,
  outputsOn,
  signInHere,
  stageHere,
  targetOn,
  vaultOn,
} from "./stage-here";

const newName = "client-secret-next-5e6f7a8b";

export let stage: Stage;

/** A stage with a token that is a minute old. */
export function stageWithToken(): void {
  stageHere(async (fresh) => {
    stage = fresh;
    jest.spyOn(console, "error").mockReturnValue(undefined); // the rotation's progress
    await stage.storeToken();
    stage.age(stage.tokenName, 60);
  });
  afterEach(() => jest.restoreAllMocks());
}

/** The writers, each started before the rotation: with the old secret's name. */
export const writers = {
  renew: () => renew(cloudOn(stage), vaultOn(stage), stage.tokenName, undefined),
  "consent --import": async () => importToken(targetOn(stage), await stage.refreshToken(), () => undefined),
  "a sign-in": () => signInHere(targetOn(stage), { force: true }),
  "a rotation": () => new Rotation().first(),
} satisfies Record<string, () => Promise<unknown>>;

const isOfToken = ({ request }: StruckRequest) =>
  new URL(request.url).pathname.startsWith(`/secrets/${stage.tokenName}`);
const isPut = (struck: StruckRequest): boolean => isOfToken(struck) && struck.request.method === "PUT";

/** The requests that a writer sends from its redemption on, in their order. Each can be delayed before the service gets it. */
const points = {
  "the store": isPut,
  "the read back": (struck, stored) =>
    stored && isOfToken(struck) && /\/[0-9a-f]{32}$/u.test(new URL(struck.request.url).pathname),
  "the look afterwards": (struck, stored) => stored && isOfToken(struck) && struck.request.url.includes("/versions"),
  "the disabling": (struck) => isOfToken(struck) && struck.request.method === "PATCH",
} satisfies Record<string, (struck: StruckRequest, stored: boolean) => boolean>;

type Writer = keyof typeof writers;
type Point = keyof typeof points;

/** Starts a writer, and waits until it is delayed. @returns the failure that it ends with, and what lets it go on */
export async function held(writer: Writer, point: Point): Promise<{ failure: Promise<unknown>; release: () => void }> {
  let stored = false;
  const hold = holdFirst(stage.emulator, (struck) => {
    const meant = points[point](struck, stored);
    stored ||= isPut(struck);
    return meant;
  });
  const failure = failureOf(writers[writer]());
  await hold.held;
  return { failure, release: hold.release };
}

/** The stack's consent and its client secrets, with the changes of `pulumi up`. */
export class Rotation {
  #outputs = outputsOn(stage);

  get #id(): string {
    return `${stage.vaultUri}/secrets/${stage.tokenName}`;
  }

  /** The first `up`: both secrets are valid, and the new one is published. */
  async first(): Promise<void> {
    await makeSecret(stage, newName);
    await this.#update({ credentialNames: [newName, oldName] });
  }

  /** The second `up`: the old one is removed from the application, but stays in the vault. */
  async second(): Promise<void> {
    await this.#update({ credentialNames: [newName] });
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

  async #update(changes: Partial<Inputs>): Promise<void> {
    this.#outputs = (await update(this.#id, this.#outputs, inputsOn(stage, changes))).outs;
  }
}

/** Names of the client secrets in the tags of the enabled versions. */
export const published = async (): Promise<string[]> => [...new Set(await namedIn(stage, stage.tokenName))];

/** Each writer at each point in each way; unless all are asked for, each writer at each point in one of the ways. */
function cases<Way extends readonly string[]>(all: boolean, of: Writer[], at: Point[], ways: readonly Way[]) {
  return of.flatMap((writer, first) =>
    at.flatMap((point, second) =>
      ways
        .filter((_, third) => all || (first + second) % ways.length === third)
        .map((way) => [writer, point, ...way] as const),
    ),
  );
}

const clocks = [["seconds apart"], ["in the same second"]] as const;
const ways = ["between the two steps", "after the second step"].flatMap((moment) =>
  clocks.map(([clock]) => [moment, clock] as const),
);
const outsiders: Writer[] = ["renew", "consent --import", "a sign-in"];
const everywhere = Object.keys(points) as Point[];

/** What happens while each writer is held at each point. @param all in each way; otherwise in one */
export function testHeldWriters(all: boolean): void {
  test.each(cases(all, outsiders, everywhere, ways))(
    "%s, held at %s, and let go %s, %s",
    async (writer, point, moment, clock) => {
      const pass = () => {
        if (clock === "seconds apart") stage.emulator.clock.advance(2000);
      };
      const { failure, release } = await held(writer, point);
      const ends = consumer();
      const rotation = new Rotation();
      const finish = async () => {
        release();
        expect(await failure).toBeUndefined();
      };
      pass();
      await rotation.first();
      pass();
      if (moment === "between the two steps") {
        await finish();
        await rotation.second();
      } else {
        await rotation.second();
        pass();
        await finish();
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
    },
  );

  test.each(cases(all, outsiders, everywhere, clocks))(
    "the stack is destroyed while %s is held at %s, %s: no version stays enabled",
    async (writer, point, clock) => {
      const { failure, release } = await held(writer, point);
      if (clock === "seconds apart") stage.emulator.clock.advance(2000);
      await new Rotation().destroyed();
      release();
      const said = (await failure) as Error | undefined;
      expect(await published()).toEqual([]);
      if (point === "the store") expect(said?.message).toMatch(/^Stack test was destroyed /u);
    },
  );

  const beforeTheDisabling = everywhere.slice(0, 3);
  test.each(cases(true, ["renew", "a rotation"], beforeTheDisabling, [[]] as const))(
    "a person disables the token while %s is held at %s: nothing stays enabled",
    async (writer, point) => {
      const { properties } = await stage.vault.getSecret(stage.tokenName);
      const { failure, release } = await held(writer, point);
      stage.emulator.clock.advance(2000);
      await stage.vault.updateSecretProperties(stage.tokenName, properties.version ?? "", { enabled: false });
      release();
      const error = await failure;
      const said = /^Somebody disabled the token .* while it was being stored: the new version is disabled too\. /u;
      expect([await published(), (error as Error | undefined)?.message]).toEqual([[], expect.stringMatching(said)]);
      // What the engine is told is a text.
      expect(exitCodeOf(error)).toBe(error instanceof Failure ? exitCodes.consentNeeded : exitCodes.failed);
    },
  );
}
