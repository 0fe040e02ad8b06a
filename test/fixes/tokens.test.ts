/** Problems of a token: each printed fix is run in the situation that prints it, with a robot at the browser. */
import { proveFix } from "./support/printed";
import { type Place, placeForEach, testRefusedTokens } from "./support/terminal";

describe("a stored token that is refused, of each kind one: test/soak/printed-fixes.test.ts has the other numbers", () => {
  testRefusedTokens([
    { number: 50173, fix: "AADSTS50173: Consent again, with multi-factor authentication" },
    { number: 700007, fix: "AADSTS700007: If the URI is right, consent again" },
  ]);
});

let stage: Place["stage"];
let terminal: Place["terminal"];
placeForEach((fresh) => {
  ({ stage, terminal } = fresh);
});

test.each([
  { number: 54005, fix: "AADSTS54005: Start again; a code is good for one attempt" },
  { number: 501481, fix: "AADSTS501481: Start again; a code is good for one attempt" },
  { number: 700005, fix: "AADSTS700005: Name the same tenant for both, and start again" },
])("AADSTS$number of a code", async ({ number, fix }) => {
  stage.emulator.faults.add({ service: "authority", form: { grant_type: "authorization_code" }, entra: number });
  const command = "secure-app-model consent --force";
  await proveFix(terminal, { command, fix, fill: { tenant: stage.tenantId } });
});

describe("reply URLs", () => {
  const outOfBand = "urn:ietf:wg:oauth:2.0:oob";
  const web = () => stage.application.application.web;

  test.each([
    { number: 50011, fix: "AADSTS50011: Put them back without a deployment" },
    { number: 900971, fix: "AADSTS900971: Put them back without a deployment" },
    { number: 700025, fix: "AADSTS700025: Move it" },
  ])("AADSTS$number", async ({ number, fix }) => {
    web().redirectUris = [];
    if (number === 700025) stage.application.application["publicClient"] = { redirectUris: [outOfBand] };
    stage.emulator.faults.add({ service: "authority", path: "*/authorize", entra: number });
    await proveFix(terminal, { command: "secure-app-model consent --force", fix, fixCode: 4 });
    expect(web().redirectUris).toContain(outOfBand);
  });

  test("the doctor's own words", async () => {
    web().redirectUris = [];
    const fix = "cli/doctor/checks/reply-urls.ts: Repair them";
    await proveFix(terminal, { command: "secure-app-model doctor", finding: "reply-urls", fix, fixCode: 4 });
    expect(web().redirectUris).toContain(outOfBand);
  });
});

describe("nothing is there to work with", () => {
  beforeEach(async () => {
    await (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
    stage.age(stage.tokenName, 10);
  });

  test("a deleted token is consented to with its whole line", async () => {
    const { clientId } = stage.application;
    const fill = { tenant: stage.tenantId, id: clientId, name: "client-secret-initial-1a2b3c4d" };
    const fix =
      "cli/redemption/partner-token.ts: Name them (outputs tenantId, applicationId and clientSecretName of the stack)";
    await proveFix(terminal, { command: "secure-app-model consent", fix, fill });
  });
});

describe("what a vault's tokens say of themselves", () => {
  test("one that was not stored by this project", async () => {
    await stage.storeToken({ tags: {} });
    const fix = "lib/consent/errors.ts: Consent again";
    await proveFix(terminal, { command: "secure-app-model status", fix });
  });

  test("one that ends soon is renewed", async () => {
    await stage.storeToken({ expiresOn: new Date(Date.now() + 3 * 86_400_000) });
    stage.age(stage.tokenName, 5);
    await proveFix(terminal, { command: "secure-app-model status", fix: "lib/consent/verdict.ts: Renew it" });
  });
});

test("a cmdlet that takes another resource's token", async () => {
  const command = "secure-app-model token arm --powershell Connect-MgGraph";
  await proveFix(terminal, { command, fix: "cli/token/powershell.ts: Ask for that", itself: true });
});

test("a command that there is none of", async () => {
  const fix = "cli/program.ts: Options and an example";
  await proveFix(terminal, { command: "secure-app-model nothing", fix, itself: true });
});
