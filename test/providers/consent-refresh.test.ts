/** A refresh of PartnerConsent, apart from metadata: on the embedded cloud. */
import { read, update } from "../../lib/providers/consent";
import { partnerTenant, registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { assign, resourceManagerOf, roleIds, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import type { Stage } from "../cli/support/stage";
import { failureOf, type Inputs, inputsOn, outputsOn, stageHere } from "../token/stage-here";
import { withShortPauses } from "../support/pauses";

let stage: Stage;
let token: string;
let said: string[];
stageHere(async (fresh) => {
  stage = fresh;
  said = [];
  jest.spyOn(console, "error").mockImplementation((line: string) => void said.push(line));
  token = await stage.storeToken();
});
afterEach(() => jest.restoreAllMocks());

const id = () => `${stage.vaultUri}/secrets/${stage.tokenName}`;

/** The result of a refresh: the health in outputs and in inputs, and the number of requests with the application's own secret. */
async function refreshed(changes: Partial<Inputs> = {}) {
  stage.emulator.requests.clear();
  const { props, inputs } = await withShortPauses(() => read(id(), outputsOn(stage, { account: "", ...changes })));
  const asked = stage.emulator.requests.entries();
  const redemptions = asked.filter(({ client }) => client === stage.application.clientId).length;
  const written = asked.filter(({ service, method }) => service === "keyVault" && method !== "GET").length;
  expect([props.health, written]).toEqual([inputs.health, 0]);
  const shown = JSON.stringify([props, inputs, said]);
  for (const secret of [token, stage.application.clientSecret]) expect(shown).not.toContain(secret);
  return { health: inputs.health, redemptions, props };
}

const needsConsent = "fails until somebody has signed in with secure-app-model consent.";

const revoke = () => {
  stage.serviceAccount().revokedBefore = stage.emulator.clock.now() + 1000;
};

test("a token that Entra takes is ok: it is redeemed once, and nothing is written", async () => {
  expect(await refreshed()).toMatchObject({ health: "ok", redemptions: 1 });
});

test("one whose sessions were revoked is refused, which metadata does not show, and an update asks for a sign-in", async () => {
  revoke();
  const { health, redemptions, props } = await refreshed();
  expect([health, redemptions]).toEqual(["refused", 1]);
  expect(await failureOf(update(id(), props, inputsOn(stage)))).toMatchObject({
    reasons: [expect.stringMatching(/^A person must sign in once, .*AADSTS50173.*secure-app-model consent /su)],
    properties: { health: "unfinished", version: props.version },
  });
});

test("one that is bound to end soon is refused all the same; one that has ended is not tried", async () => {
  revoke();
  await stage.storeToken({ expiresOn: new Date(Date.now() + 20 * 86_400_000) });
  revoke();
  expect((await refreshed()).health).toBe("refused");
  await stage.storeToken({ expiresOn: new Date(Date.now() - 86_400_000) });
  expect(await refreshed()).toMatchObject({ health: "expired", redemptions: 0 });
});

test.each<[string, () => unknown, Partial<Inputs>, string]>([
  ["refused", revoke, {}, `Entra no longer accepts the token, so pulumi up ${needsConsent}`],
  [
    "expired",
    () => stage.storeToken({ expiresOn: new Date(Date.now() - 86_400_000) }),
    { mode: "auto", account: "svc-partner@partner.example" },
    "The token has expired, so pulumi up asks svc-partner@partner.example to sign in.",
  ],
  [
    "unfinished",
    () => undefined,
    { mode: "interactive", account: "", health: "unfinished" },
    "The consent is not finished, so pulumi up asks somebody to sign in.",
  ],
])(
  "over a token that is %s a preview says who has to sign in at the deployment",
  async (health, given, changes, line) => {
    await given();
    expect([(await refreshed(changes)).health, said]).toEqual([health, [`Consent: ${line}`]]);
  },
);

test("one for which nothing of Partner Center is granted is incomplete", async () => {
  partnerTenant(stage.emulator).grants.clear();
  expect((await refreshed()).health).toBe("incomplete");
});

/** A later sign-in than the one that the token is of. */
const signInLater = () => stage.storeToken({ tags: stage.tags({ "consented-at": "2026-11-20T08:00:00.000Z" }) });

test("an earlier sign-in's version that a killed run left enabled is unfinished, and an update disables it", async () => {
  await signInLater();
  const { health, props } = await refreshed();
  expect([health, await stage.enabled()]).toEqual(["unfinished", [true, true]]);
  await update(id(), props, inputsOn(stage));
  expect([(await refreshed()).health, await stage.enabled()]).toEqual(["ok", [true, false]]);
});

test("one that is disabled a moment later was a sign-in's, which stores before it disables", async () => {
  await signInLater();
  const { requests } = stage.emulator;
  const add = requests.add.bind(requests);
  let looks = 0;
  // As soon as a look has seen both.
  requests.add = (entry) => {
    add(entry);
    if (entry.path.includes(`/${stage.tokenName}/versions`)) looks += 1;
    if (looks === 2) stage.disableOlder();
  };
  try {
    expect([(await refreshed()).health, looks]).toEqual(["ok", 3]);
  } finally {
    requests.add = add;
  }
});

test("what no sign-in would fix is no health of the token, and is said", async () => {
  stage.application.application.passwordCredentials.splice(0);
  expect((await refreshed()).health).toBe("ok");
  expect(said.join()).toMatch(/^Consent: could not check whether Entra still accepts the token: .*AADSTS7000215/u);
});

test("a look at metadata alone reads no value and redeems nothing", async () => {
  process.env["SECURE_APP_MODEL_METADATA_ONLY"] = "true";
  revoke();
  expect(await refreshed()).toMatchObject({ health: "ok", redemptions: 0 });
  const paths = stage.emulator.requests.entries().map(({ path }) => path);
  expect(paths.filter((path) => path.includes("/secrets/") && !path.includes("/versions"))).toEqual([]);
  const untested = "Consent: Whether Entra still accepts the token was not tested; if not, pulumi up";
  expect(said).toEqual([`${untested} ${needsConsent}`]);
});

test("without the right to read the token's value, the result is that of its metadata, with a message", async () => {
  const { clientId, clientSecret, servicePrincipal } = registerApplication(stage.emulator);
  const ask = resourceManagerOf(stage.emulator);
  await assign(stage.emulator, ask, vaultPath(stage.emulator), roleIds.vaultReader, servicePrincipal.id);
  Object.assign(process.env, { ARM_CLIENT_ID: clientId, ARM_CLIENT_SECRET: clientSecret });
  revoke();
  expect(await refreshed()).toMatchObject({ health: "ok", redemptions: 0 });
  expect(said.join()).toMatch(/^Consent: could not check whether Entra still accepts the token: .*ForbiddenByRbac/u);
});
