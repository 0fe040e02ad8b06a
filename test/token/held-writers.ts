/**
 * Somebody signs in, or the stack is destroyed, while a writer of the token is delayed, on an emulator and without an engine: no pending
 * request may undo that. The test file must mock cli/terminal/output, because the commands' output does not matter here.
 */
import type { StruckRequest } from "../../tools/embedded-cloud/testing/emulator";
import { exitCodes } from "../../cli/terminal/exit-code";
import { exitCodeOf } from "../../cli/terminal/failure";
import { importToken } from "../../lib/token/import-token";
import { renew } from "../../lib/token/renew";
import { remove } from "../../lib/providers/consent";
import type { Stage } from "../cli/support/stage";
import {
  cloudOn,
  consumer,
  failureOf,
  holdFirst,
  outputsOn,
  signInHere,
  stageHere,
  targetOn,
  vaultOn,
} from "./stage-here";

export let stage: Stage;

/** A stage with a token that is a minute old. */
export function stageWithToken(): void {
  stageHere(async (fresh) => {
    stage = fresh;
    jest.spyOn(console, "error").mockReturnValue(undefined); // progress
    await stage.storeToken();
    stage.age(stage.tokenName, 60);
  });
  afterEach(() => jest.restoreAllMocks());
}

export const writers = {
  renew: () => renew(cloudOn(stage), vaultOn(stage), stage.tokenName, undefined),
  "consent --import": async () => importToken(targetOn(stage), await stage.refreshToken(), () => undefined),
  "a sign-in": () => signInHere(targetOn(stage), { force: true }),
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

/** `pulumi destroy`. */
const destroyed = async (): Promise<void> => {
  await remove(`${stage.vaultUri}/secrets/${stage.tokenName}`, outputsOn(stage));
};

/** The times of sign-in of the enabled versions, the latest first. */
export async function signedIn(): Promise<string[]> {
  const versions = await Array.fromAsync(stage.vault.listPropertiesOfSecretVersions(stage.tokenName));
  const times = versions.filter(({ enabled }) => enabled).map(({ tags }) => tags?.["consented-at"] ?? "");
  return [...new Set(times)].toSorted().toReversed();
}

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
const everywhere = Object.keys(points) as Point[];

/** What happens while each writer is held at each point. @param all in each way; otherwise in one */
export function testHeldWriters(all: boolean): void {
  test.each(cases(all, ["renew"], everywhere, clocks))(
    "somebody signs in while %s is held at %s, %s: that token is on top, no other stays enabled, and nobody is refused one",
    async (writer, point, clock) => {
      const pass = () => {
        if (clock === "seconds apart") stage.emulator.clock.advance(2000);
      };
      const { failure, release } = await held(writer, point);
      const ends = consumer();
      pass();
      await writers["a sign-in"]();
      const [latest] = await signedIn();
      pass();
      release();
      expect(await failure).toBeUndefined();
      const { failures } = await ends();
      const { properties } = await stage.vault.getSecret(stage.tokenName);
      expect({ failures, current: properties.tags?.["consented-at"], signedIn: await signedIn() }).toEqual({
        failures: [],
        current: latest,
        signedIn: [latest],
      });
    },
  );

  test.each(cases(all, ["renew"], everywhere, clocks))(
    "the stack is destroyed while %s is held at %s, %s: no version stays enabled",
    async (writer, point, clock) => {
      const { failure, release } = await held(writer, point);
      if (clock === "seconds apart") stage.emulator.clock.advance(2000);
      await destroyed();
      release();
      await failure;
      expect(await signedIn()).toEqual([]);
    },
  );

  test.each(cases(true, ["renew"], everywhere, [[]] as const))(
    "a person disables the token while %s is held at %s: nothing stays enabled",
    async (writer, point) => {
      const { properties } = await stage.vault.getSecret(stage.tokenName);
      const { failure, release } = await held(writer, point);
      stage.emulator.clock.advance(2000);
      await stage.vault.updateSecretProperties(stage.tokenName, properties.version ?? "", { enabled: false });
      release();
      const error = await failure;
      const said = /^Somebody disabled the token .* while it was being stored: the new version is disabled too\. /u;
      expect([await signedIn(), (error as Error | undefined)?.message, exitCodeOf(error)]).toEqual([
        [],
        expect.stringMatching(said),
        exitCodes.consentNeeded,
      ]);
    },
  );
}
