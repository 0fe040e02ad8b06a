/**
 * No pending request undoes a sign-in, a revocation or a destroy: each writer at each point, with one of the continuations; each writer is tested with
 * all of them. test/soak/held-writers.test.ts has the rest.
 */
import { exitCodes } from "../../cli/terminal/exit-code";
import { exitCodeOf } from "../../cli/terminal/failure";
import { revokeStored } from "../../lib/token/disable-versions";
import { held, signedIn, stage, stageWithToken, testHeldWriters, writers } from "./held-writers";
import { targetOn, vaultOn } from "./stage-here";

jest.mock("../../cli/terminal/output", () => ({
  printSecret: jest.fn(),
  printNote: jest.fn(),
  printProblem: jest.fn(),
}));

stageWithToken();
testHeldWriters(false);

test("a token is revoked as stolen while one renewal is held and after another one: nothing stays enabled", async () => {
  const { failure, release } = await held("renew", "the store");
  stage.emulator.clock.advance(2000);
  await writers.renew();
  stage.emulator.clock.advance(2000);
  await revokeStored(targetOn(stage), vaultOn(stage), "test");
  release();
  expect([exitCodeOf(await failure), await signedIn()]).toEqual([exitCodes.consentNeeded, []]);
});
