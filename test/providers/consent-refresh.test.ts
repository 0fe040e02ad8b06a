/** What a refresh of PartnerConsent finds apart from metadata: in the engine's provider process, on the embedded cloud. */
import { clientSecretName, Stage } from "../cli/support/stage";
import type { Values } from "../../embedded-cloud/testing/plugin-replies";
import { partnerTenant, registerApplication } from "../../embedded-cloud/testing/applications";
import { askResourceManager, assign, roleIds, vaultPath } from "../../embedded-cloud/testing/azure";
import { consentCode, consentInputs } from "./consent-inputs";
import { failureOf, ProviderProcess } from "./provider-process";

let stage: Stage;
let provider: ProviderProcess;
let code: string;
let token: string;
/** With another identity, or other variables. */
const others: ProviderProcess[] = [];

beforeAll(async () => {
  stage = await Stage.start();
  provider = await ProviderProcess.startFor(stage.emulator);
  code = await consentCode();
});
beforeEach(async () => {
  stage.emulator.reset();
  stage = await Stage.start(stage.emulator);
  token = await stage.storeToken();
});
afterAll(async () => {
  await Promise.all([provider, ...others].map((one) => one.stop()));
  await stage.emulator.close();
});

const idOf = () => `${stage.vaultUri}/secrets/${stage.tokenName}`;
const inputsWith = (changes: Values = {}): Values => ({
  ...consentInputs(stage),
  mode: "never",
  deadlineMinutes: 1,
  port: 8400,
  stack: "test",
  __provider: code,
  ...changes,
});

/** The result of a refresh: the health in outputs and in inputs, and the number of requests with the application's own secret. */
async function refreshed(changes: Values = {}, by = provider) {
  stage.emulator.requests.clear();
  const { properties, inputs } = await by.read(idOf(), inputsWith(changes));
  const asked = stage.emulator.requests.entries();
  const redemptions = asked.filter(({ client }) => client === stage.application.clientId).length;
  const written = asked.filter(({ service, method }) => service === "keyVault" && method !== "GET").length;
  expect([properties["health"], written]).toEqual([inputs["health"], 0]);
  expect(JSON.stringify([properties, inputs, by.log])).not.toContain(token);
  expect(JSON.stringify([properties, inputs, by.log])).not.toContain(stage.application.clientSecret);
  return { health: inputs["health"], redemptions, properties };
}

async function another(clientId: string, clientSecret: string, more: Record<string, string> = {}) {
  const login = { ARM_TENANT_ID: stage.tenantId, ARM_CLIENT_ID: clientId, ARM_CLIENT_SECRET: clientSecret };
  const started = await ProviderProcess.start({ NODE_EXTRA_CA_CERTS: stage.emulator.caFile, ...login, ...more });
  others.push(started);
  return started;
}

const needsConsent = "fails until somebody has signed in with secure-app-model consent.\n";

const revoke = () => {
  stage.serviceAccount().revokedBefore = stage.emulator.clock.now() + 1000;
};

test("a token that Entra takes is ok: it is redeemed once, and nothing is written", async () => {
  expect(await refreshed()).toMatchObject({ health: "ok", redemptions: 1 });
});

test("one whose sessions were revoked is refused, which metadata does not show, and an update asks for a sign-in", async () => {
  revoke();
  const { health, redemptions, properties } = await refreshed();
  expect([health, redemptions]).toEqual(["refused", 1]);
  const update = provider.update(idOf(), properties, inputsWith());
  const failure = await failureOf(update);
  expect(failure.message).toMatch(/^A person must sign in once, .*AADSTS50173.*secure-app-model consent /su);
  expect(failure.partial?.properties).toMatchObject({ health: "unfinished", version: properties["version"] });
});

test("one that is bound to end soon is refused all the same; one that has ended is not tried", async () => {
  revoke();
  await stage.storeToken({ expiresOn: new Date(Date.now() + 20 * 86_400_000) });
  revoke();
  expect((await refreshed()).health).toBe("refused");
  await stage.storeToken({ expiresOn: new Date(Date.now() - 86_400_000) });
  expect(await refreshed()).toMatchObject({ health: "expired", redemptions: 0 });
});

test.each<[string, () => unknown, Values, string]>([
  ["refused", revoke, {}, `Entra no longer accepts the token, so pulumi up ${needsConsent}`],
  [
    "expired",
    () => stage.storeToken({ expiresOn: new Date(Date.now() - 86_400_000) }),
    { mode: "auto", account: "svc-partner@partner.example" },
    "The token has expired, so pulumi up asks svc-partner@partner.example to sign in.\n",
  ],
  [
    "unfinished",
    () => undefined,
    { mode: "interactive", account: "", health: "unfinished" },
    "The consent is not finished, so pulumi up asks somebody to sign in.\n",
  ],
])(
  "over a token that is %s a preview says who has to sign in at the deployment",
  async (health, given, changes, said) => {
    await given();
    const { log } = provider;
    expect((await refreshed(changes)).health).toBe(health);
    expect(provider.log.slice(log.length)).toBe(`Consent: ${said}`);
  },
);

test("one for which nothing of Partner Center is granted is incomplete", async () => {
  partnerTenant(stage.emulator).grants.clear();
  expect((await refreshed()).health).toBe("incomplete");
});

test("an older version that a killed run left enabled is unfinished, and an update disables it", async () => {
  await stage.storeToken();
  const { health, properties } = await refreshed();
  expect([health, await stage.enabled()]).toEqual(["unfinished", [true, true]]);
  await provider.update(idOf(), properties, inputsWith());
  expect([(await refreshed()).health, await stage.enabled()]).toEqual(["ok", [true, false]]);
});

test("one that is disabled a moment later was a renewal's, which stores before it disables", async () => {
  await stage.storeToken();
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
  await stage.vault.setSecret(clientSecretName, "wrong");
  expect((await refreshed()).health).toBe("ok");
  expect(provider.log).toMatch(/Consent: could not check whether Entra still accepts the token: .*AADSTS7000215/u);
});

test("a look at metadata alone reads no value and redeems nothing", async () => {
  const { clientId, clientSecret } = stage.emulator.seeds.deployer;
  const only = await another(clientId, clientSecret, { SECURE_APP_MODEL_METADATA_ONLY: "true" });
  revoke();
  expect(await refreshed({}, only)).toMatchObject({ health: "ok", redemptions: 0 });
  const paths = stage.emulator.requests.entries().map(({ path }) => path);
  expect(paths.filter((path) => path.includes("/secrets/") && !path.includes("/versions"))).toEqual([]);
  const untested = "Consent: Whether Entra still accepts the token was not tested; if not, pulumi up";
  expect(only.log).toBe(`${untested} ${needsConsent}`);
});

test("without the right to read the token's value, the result is that of its metadata, with a message", async () => {
  const { clientId, clientSecret, servicePrincipal } = registerApplication(stage.emulator);
  const ask = await askResourceManager(stage.emulator);
  await assign(stage.emulator, ask, vaultPath(stage.emulator), roleIds.vaultReader, servicePrincipal.id);
  const reader = await another(clientId, clientSecret);
  revoke();
  expect(await refreshed({}, reader)).toMatchObject({ health: "ok", redemptions: 0 });
  expect(reader.log).toMatch(/Consent: could not check whether Entra still accepts the token: .*ForbiddenByRbac/u);
});
