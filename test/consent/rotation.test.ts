/**
 * No pending request undoes a rotation or a destroy: each writer at each point, with one of the continuations; each writer is tested with
 * all of them. test/soak/rotation.test.ts has the rest.
 */
import { token } from "../../cli/token/token";
import { exitCodes } from "../../cli/terminal/exit-code";
import { exitCodeOf } from "../../cli/terminal/failure";
import { revokeStored } from "../../lib/consent/disable-versions";
import { held, published, Rotation, stage, stageWithToken, testHeldWriters, writers } from "./held-writers";
import { failureOf, storePartners, targetOn, vaultOn } from "./stage-here";

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
  expect([exitCodeOf(await failure), await published()]).toEqual([exitCodes.consentNeeded, []]);
});

// Runs the fix "lib/consent/credentials-in-use.ts: Switch {} to the new one without a sign-in, then deploy again".
test("a client secret that another tenant's token names goes once the printed command has published that with the new one", async () => {
  await storePartners(stage);
  const rotation = new Rotation();
  await rotation.first();
  const refusal = (await failureOf(rotation.second())) as Error;
  const [, line = ""] = /secure-app-model (consent [^\n]*), then pulumi up$/u.exec(refusal.message) ?? [];
  const words = [...line.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  // No sign-in is needed.
  expect(await stage.run(words)).toMatchObject({ code: 0 });
  await rotation.second();
  const partnerTenant = stage.emulator.seeds.otherPartners[0].partner.id;
  await expect(token("graph", { partnerTenant })).resolves.toBeUndefined();
});
