/** The consent sequence on an emulator and without an engine: which token is kept, replaced or asked for, and who is sent to sign in. */
import { assignDirectoryRole } from "../../tools/embedded-cloud/testing/directory";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { freePort } from "../../tools/embedded-cloud/free-port";
import { firstPartyApps } from "../../lib/config/clouds";
import type { ConsentOptions } from "../../lib/consent/consent";
import { refusalIn } from "../../lib/consent/precheck";
import { noStack } from "../../lib/token/tags";
import type { ConsentTarget } from "../../lib/token/target";
import type { Failure } from "../../lib/errors/failure";
import { mostSaid } from "../../lib/errors/text";
import { useClock } from "../../lib/startup/clock";
import type { Stage } from "../cli/support/stage";
import { removeGrants } from "../fixes/support/here";
import { failureOf, signInHere, stageHere, targetOn } from "../token/stage-here";

/** Milliseconds that were waited for: they pass at once, and the product's clock shows them. */
let waited = 0;
jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => {
    waited += milliseconds;
    return Promise.resolve();
  },
}));
afterAll(useClock(() => Date.now() + waited));

const declared = {
  partnerCenter: ["Partner Center", firstPartyApps.partnerCenter, "user_impersonation"],
  resourceManager: ["Azure Resource Manager", firstPartyApps.azureResourceManager, "user_impersonation"],
  azureAdGraph: ["Azure AD Graph", firstPartyApps.azureAdGraph, "User.Read"],
} as const;
type Resource = keyof typeof declared;
const svc = "svc-partner@partner.example";
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

let stage: Stage;
let lines: string[];
let addresses: string[];
/** The versions that were reported. */
let reported: string[];
stageHere((fresh) => {
  stage = fresh;
  [lines, addresses, reported, waited] = [[], [], [], 0];
});

const run = async (
  options: Partial<ConsentOptions> = {},
  target: Partial<ConsentTarget> = {},
  resources: readonly Resource[] = ["partnerCenter", "resourceManager"],
  instead = {},
) => {
  const permissions = resources.map((one) => {
    const [resource, resourceAppId, scope] = declared[one];
    return { resource, resourceAppId, scopes: [scope] };
  });
  const onToken = ({ version }: { version: string }) => void reported.push(version);
  return await signInHere({ ...targetOn(stage), permissions, ...target }, options, {
    lines,
    addresses,
    instead,
    onToken,
  });
};
const prompts = () => addresses.map((address) => new URL(address).searchParams.get("prompt"));

interface Given {
  /** One of a minute ago, as times are in whole seconds; undefined: none. */
  token?: { tags?: Record<string, string>; expiresOn?: Date; of?: "otherAccount"; enabled?: false };
  /** What nobody is granted. */
  ungranted?: Resource;
  /** Whether the account may consent to all that is declared. */
  isAdministrator?: true;
  /** Entra's refusals of redemptions, for a resource or any: a number, and how often; default always. */
  refused?: [number, (Resource | undefined)?, number?][];
}

async function prepare({ token, ungranted, isAdministrator, refused = [] }: Given): Promise<void> {
  const { emulator, tokenName, vault } = stage;
  if (token !== undefined) {
    const { tags = {}, of = "serviceAccount", enabled = true, ...more } = token;
    const value = await stage.refreshToken(emulator.seeds.users[of]);
    await stage.storeToken({ value, tags: stage.tags(tags), ...more });
    const { version = "" } = (await vault.getSecret(tokenName)).properties;
    await vault.updateSecretProperties(tokenName, version, { enabled });
    stage.age(tokenName, 60);
  }
  if (ungranted !== undefined) removeGrants(partnerTenant(emulator), declared[ungranted][1]);
  if (isAdministrator === true)
    assignDirectoryRole(partnerTenant(emulator), "globalAdministrator", stage.serviceAccount().id);
  for (const [entra, resource, times = 0] of refused) {
    const scope = resource === undefined ? "*" : `${emulator.origins[resource]}/*`;
    emulator.faults.add({ service: "authority", form: { grant_type: "refresh_token", scope }, entra, times });
  }
}

test("a token that brings all of it is redeemed for each resource; nothing is stored, nobody and no directory asked", async () => {
  await prepare({ token: {} });
  stage.emulator.requests.clear();
  const found = await run({ mode: "never" });
  expect(found).toMatchObject({ health: "ok", accountName: svc, consentedOn: stage.tags()["consented-at"] });
  const asked = stage.emulator.requests.entries();
  const redeemed = asked.filter(({ client }) => client === stage.application.clientId);
  expect([redeemed.length, asked.filter(({ service }) => service === "microsoftGraph")]).toEqual([2, []]);
  expect([await stage.enabled(), reported]).toEqual([[true], [found.version]]);
  expect(lines).toEqual([`The token of ${svc} in ${stage.vaultUri} is still valid: no sign-in is needed.`]);
});

test.each<[string, NonNullable<Given["token"]>]>([
  ["nears its end", { expiresOn: inDays(10) }],
  ["is past its end, but Entra still takes it", { expiresOn: inDays(-1) }],
  ["names another credential", { tags: { credential: "client-credential-0badc0de" } }],
  ["was stored by the command", { tags: { stack: noStack } }],
])("a token that %s is replaced by the rolled one, with the time of its consent", async (_, token) => {
  await prepare({ token });
  expect(await run({ mode: "never" })).toMatchObject({ health: "ok", consentedOn: stage.tags()["consented-at"] });
  const { tags } = (await stage.vault.getSecret(stage.tokenName)).properties;
  expect([await stage.enabled(), tags]).toEqual([[true, true], expect.objectContaining(stage.tags())]);
});

const nobody = { mode: "never" } as const;
const needed = (why: string) =>
  new RegExp(
    `^A person must sign in once, .* in place\\.${why} On a machine with a browser, run this, .* consent --cloud `,
    "u",
  );
const lacking = { token: {}, ungranted: "resourceManager" } as const;
const lack = "lacks Azure Resource Manager user_impersonation";
/** By what is in the vault, and what Entra and the directory say of it; where somebody can sign in, and where nobody can. */
test.each<[string, Given, Partial<ConsentOptions>, string, RegExp]>([
  ["another stack's token", { token: { tags: { stack: "b" } } }, { force: true }, "token-of-another-stack", /stack b/u],
  ["an expired client secret", { token: {}, refused: [[7000222]] }, {}, "entra-secret", /AADSTS7000222/u],
  ["a disabled application", { token: {}, refused: [[7000112]] }, {}, "entra-administrator", /AADSTS7000112/u],
  ["a refusing resource", { token: {}, refused: [[53003, "resourceManager"]] }, {}, "entra-administrator", /53003/u],
  ["what it may not grant", lacking, {}, "administrator-required", new RegExp(`${lack}\\. Entra would refuse `, "u")],
  ["a late grant", { token: {}, refused: [[65001, "resourceManager"]] }, {}, "consent-incomplete", /it is granted\./u],
  ["no token", {}, nobody, "consent-required", needed("")],
  [
    "tags of nobody",
    { token: { tags: { application: "b" } } },
    nobody,
    "consent-required",
    needed(" .* is foreign\\."),
  ],
  ["a disabled token", { token: { enabled: false } }, nobody, "consent-required", needed(" The .* is disabled\\.")],
  ["a revoked token", { token: {}, refused: [[50173]] }, nobody, "consent-required", needed(" .* AADSTS50173: .*")],
  ["another account's", { token: { of: "otherAccount" } }, nobody, "consent-required", needed(" alice.* Nothing .*")],
  ["what it may grant", { ...lacking, isAdministrator: true }, nobody, "consent-required", needed(` .* ${lack}\\.`)],
])("%s ends it before anybody is asked", async (_, given, options, code, text) => {
  await prepare(given);
  expect(await failureOf(run(options))).toMatchObject({ code, message: expect.stringMatching(text) as string });
  expect([addresses, waited <= 180_000, waited > 150_000]).toEqual([[], true, code === "consent-incomplete"]);
});

test("a token that others store each time without the stack's name ends it, with what to do in a deployment as in a command", async () => {
  await prepare({ token: {} });
  const value = await stage.refreshToken();
  const { faults, clock } = stage.emulator;
  const strike = faults.strike.bind(faults);
  faults.strike = async (struck) => {
    if ((await struck.request.clone().text()).includes("grant_type=refresh_token")) {
      clock.advance(1000);
      await stage.storeToken({ value, tags: stage.tags({ stack: noStack }) });
    }
    return await strike(struck);
  };
  const failure = await failureOf(run(nobody));
  faults.strike = strike;
  const fixes = [{ text: "Run it again: it continues with what they stored." }];
  expect(failure).toMatchObject({ code: "renewal-overtaken", fixes });
});

test.each([
  ["the directory shows it", false],
  ["the deployment has made it", true],
])("a grant that takes effect late is waited for, without a sign-in, where %s", async (_, grantsMade) => {
  await prepare({ token: {}, refused: [[65001, "resourceManager", 3]] });
  if (grantsMade) stage.emulator.faults.add({ service: "microsoftGraph", status: 403, body: {}, times: 0 });
  expect(await run({ mode: "never", grantsMade })).toMatchObject({ health: "ok" });
  expect(lines.at(-1)).toBe("Waiting for what was granted to take effect, for at most 3 minutes …");
});

/** By what is in the vault, and what Entra and the directory say of it: the prompts of the sign-ins. */
test.each<[string, Given, Partial<ConsentOptions>, string[]]>([
  ["a forced one", { token: {} }, { force: true }, ["login"]],
  ["what the token lacks, once and with all the rest", lacking, {}, ["consent"]],
  ["Partner Center, of which any sign-in asks", { token: {}, ungranted: "partnerCenter" }, {}, ["login"]],
  ["another application's token under our tags", { token: {}, refused: [[700007, undefined, 1]] }, {}, ["login"]],
  [
    "another account's token, to which the declared account's grants never apply: it is not waited for",
    { token: { tags: { "account-name": "former@partner.example" } }, refused: [[65001, "partnerCenter", 1]] },
    { grantsMade: true },
    ["login"],
  ],
  ["none, and what is missing afterwards", { ungranted: "resourceManager" }, {}, ["login", "consent"]],
])("a person signs in for %s; what is older is disabled", async (_, given, options, asked) => {
  await prepare({ isAdministrator: true, ...given });
  const before = new Date().toISOString();
  const { health, consentedOn } = await run(options);
  expect([health, consentedOn >= before, prompts()]).toEqual(["ok", true, asked]);
  expect((await stage.enabled()).filter(Boolean)).toEqual([true]);
});

test("what an account consented to and the token still lacks is an error, and nobody is asked a third time", async () => {
  const refused: Given["refused"] = [[65001, "resourceManager"]];
  await prepare({ ...lacking, isAdministrator: true, refused });
  const what = expect.stringContaining(` user_impersonation, although ${svc} has just consented`) as string;
  expect(await failureOf(run())).toMatchObject({ code: "consent-incomplete", what });
  expect(prompts()).toEqual(["consent"]);
});

test("the first sign-in is worth it where Partner Center is granted: the token is stored and reported, and what is missing is told", async () => {
  await prepare({ ungranted: "resourceManager" });
  expect(await failureOf(run())).toMatchObject({ code: "administrator-required" });
  expect([reported.length, prompts(), await stage.enabled()]).toEqual([1, ["login"], [true]]);
});

test("the sign-in of no named account is not looked ahead for", async () => {
  expect(await run({}, { account: undefined })).toMatchObject({ health: "ok" });
  expect(lines[0]).toBe("Could not check whether the account may consent: no account is named.");
});

test("two sign-ins at once take turns at one port, and one that fails ends without the other", async () => {
  const port = await freePort();
  const first = failureOf(run({ port }, { account: "alice@partner.example" }));
  expect(await run({ port })).toMatchObject({ health: "ok" });
  expect([await first, addresses.length]).toMatchObject([{ name: "VerificationError" }, 2]);
});

test("where this process may not look, Entra is asked; its refusal names who was expected, and who may grant it", async () => {
  await prepare(lacking);
  stage.emulator.faults.add({ service: "microsoftGraph", status: 403, body: {}, times: 0 });
  const texts = [
    `If it was another account, sign in as ${svc}`,
    ...["Global Administrator or Privileged Role", "With this program an", "DelegatedPermissionGrant"],
  ].map((text) => ({ text: expect.stringContaining(text) as string }));
  const what =
    /^svc-partner@\S+ was expected to sign in\. The sign-in was refused: the page was closed without a consent/u;
  expect(await failureOf(run())).toMatchObject({
    ...{ code: "administrator-required", what: expect.stringMatching(what) as string, fixes: texts },
  });
  expect([prompts(), lines[1]]).toEqual([["consent"], expect.stringMatching(/^Could not check whether svc-partner@/u)]);
});

test("such a refusal is told no longer than anybody reads", async () => {
  await prepare(lacking);
  stage.emulator.faults.add({ service: "microsoftGraph", status: 403, body: {}, times: 0 });
  const error_description = `AADSTS90093: ${"An administrator has set a policy. ".repeat(20)}`;
  const { what } = (await failureOf(run({}, {}, undefined, { error_description }))) as Failure;
  expect(what).toMatch(/^svc-partner@\S+ was expected .* AADSTS90093: (?:An administrator has set a policy\. ?)+$/u);
  expect(what.length).toBeLessThanOrEqual(mostSaid);
});

test("a tenant's policy is named as what refuses an account", () => {
  const refused = { beyond: ["Microsoft Graph User.Read"], byPolicy: true };
  expect(refusalIn({ missing: [], asks: true, administrators: [], refused }, svc)).toMatch(
    /^The tenant's policy lets no ordinary account consent, .* consent of svc-partner@partner\.example \(AADSTS90093\)/u,
  );
});

describe("Azure AD Graph, which is retired", () => {
  const all = Object.keys(declared) as Resource[];

  test("refused for another reason than a consent is told, and blocks nothing", async () => {
    await prepare({ token: {}, refused: [[500011, "azureAdGraph"]] });
    expect(await run(nobody, {}, all)).toMatchObject({ health: "ok" });
    expect(lines[0]).toMatch(/^There is no token for Azure AD Graph, which is retired; nothing else needs it\. /u);
  });

  test("needs its consent as any other, and what is missing is told before a resource that refuses", async () => {
    const refused = [[65001, "azureAdGraph"] as const, [53003, "resourceManager"] as const];
    await prepare({ token: {}, ungranted: "azureAdGraph", refused: refused.map((one) => [...one]) });
    const what = expect.stringContaining("lacks Azure AD Graph User.Read") as string;
    expect(await failureOf(run(nobody, {}, all))).toMatchObject({ what });
    expect(lines[0]).toMatch(/^Redeeming the refresh token for https:.* was refused/u);
  });
});
