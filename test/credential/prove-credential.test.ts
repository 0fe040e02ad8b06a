import { proveCredential } from "../../lib/credential/prove-credential";
import { clouds } from "../../lib/config/clouds";
import { useClock } from "../../lib/startup/clock";
import { failureOf } from "../oauth/failure";
import { fakeEntra, refusal, type SentForm } from "../oauth/fake-entra";
import { target } from "../token/fixtures";

let clock = 0;
jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => {
    clock += milliseconds;
    return Promise.resolve();
  },
}));
beforeEach(() => {
  clock = 0;
});
afterAll(useClock(() => clock));

const application = { tenantId: target.tenantId, clientId: target.clientId, clientSecret: "the next secret" };
const prove = (times: number) => proveCredential(clouds.AzureCloud, application, times);
const taken = { body: { access_token: "x", expires_in: 3600 } };
const wrong = refusal("invalid_client", "AADSTS7000215: Invalid client secret provided.");

/** Entra's answers, one after the other; then the last for ever. */
function answering(...answers: { body: object }[]): SentForm[] {
  return fakeEntra(() => (answers.length > 1 ? answers.shift() : answers[0]) ?? taken);
}

test("one that Entra takes is asked for Graph as often as is wanted, a second apart", async () => {
  const sent = fakeEntra(() => taken);
  await prove(5);
  expect([sent.length, clock]).toEqual([5, 4000]);
  expect(sent[0]?.form).toMatchObject({
    grant_type: "client_credentials",
    scope: "https://graph.microsoft.com/.default",
    client_secret: "the next secret",
  });
});

test("a refusal in between begins the count anew: another server of Entra has not seen it yet", async () => {
  const sent = answering(taken, taken, wrong, taken, wrong, taken);
  await prove(5);
  expect(sent).toHaveLength(10);
});

test.each(["AADSTS53003: Blocked by conditional access.", "AADSTS7000112: The application is disabled."])(
  "what comes after the credential's check proves it too: %s",
  async (description) => {
    const sent = answering(refusal("invalid_grant", description));
    await prove(5);
    expect(sent).toHaveLength(5);
  },
);

test("one that Entra never takes ends the run after five minutes, and nothing was published", async () => {
  answering(wrong);
  expect(await failureOf(prove(1))).toMatchObject({
    code: "credential-unproven",
    message: expect.stringMatching(
      new RegExp(
        `^Entra does not take the new credential of application ${target.clientId}: .*AADSTS7000215.*Run the same again: it tests it again.$`,
        "su",
      ),
    ) as string,
  });
  expect(clock).toBeGreaterThan(270_000);
  expect(clock).toBeLessThanOrEqual(300_000);
});
