/** The first Ctrl-C of an `up`: the engine sends the provider a cancel request, and waits for its running operation. */
import { freePort } from "../../tools/embedded-cloud/free-port";
import type { CallFailure, Values } from "../../tools/embedded-cloud/testing/plugin-replies";
import { type Stage, stageForEach } from "../cli/support/stage";
import { consentCode, consentInputs } from "./consent-inputs";
import { failureOf, ProviderProcess } from "./provider-process";

let stage: Stage;
let provider: ProviderProcess;
stageForEach(async (fresh) => {
  stage = fresh;
  provider = await ProviderProcess.startFor(stage.emulator);
});
afterEach(() => provider.stop());

async function inputs(): Promise<Values> {
  const about = {
    ...consentInputs(stage),
    mode: "interactive",
    deadlineMinutes: 10,
    port: await freePort(),
    stack: "secure-application-model/dev",
  };
  const code = await consentCode();
  return { ...about, __provider: code };
}

/** Longer than any machine takes, and shorter than what is cancelled takes to end by itself: half a minute, an attempt's limit. */
const soonSeconds = 25;

async function cancelledAt(isThere: () => boolean): Promise<{ failure: CallFailure; seconds: number }> {
  const ended = failureOf(provider.create(await inputs()));
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 20));
  const before = performance.now();
  await provider.cancel();
  const failure = await ended;
  return { failure, seconds: (performance.now() - before) / 1000 };
}

test("a sign-in without a person ends at once, and the consent is recorded as unfinished", async () => {
  const { failure, seconds } = await cancelledAt(() => provider.log.includes("Sign in with the service account"));
  expect(seconds).toBeLessThan(soonSeconds);
  expect(provider.log).toContain("Waiting for the sign-in, for at most 10 minutes …");
  expect(failure.message).toContain("Stopped.");
  expect(failure.partial).toMatchObject({ properties: { health: "unfinished" } });
});

test("a vault that never answers, and a role that never comes", async () => {
  const { faults } = stage.emulator;
  const { id } = faults.add({ service: "keyVault", path: "*/versions", delay: 100_000, times: 0 });
  const struck = () => faults.list().some((one) => one.id === id && one.struck > 0);
  const interrupted = { message: expect.stringContaining("Stopped.") as string };
  const { failure, seconds } = await cancelledAt(struck);
  expect(failure).toMatchObject(interrupted);
  expect(seconds).toBeLessThan(soonSeconds);
  faults.clear();
  await provider.stop();
  provider = await ProviderProcess.startFor(stage.emulator);
  faults.add({ service: "keyVault", path: "*/versions", status: 403, body: {}, times: 0 });
  const waiting = await cancelledAt(() => provider.log.includes("role assignment"));
  expect(waiting.failure).toMatchObject(interrupted);
  expect(waiting.seconds).toBeLessThan(soonSeconds);
  faults.clear();
});
