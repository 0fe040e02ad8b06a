/** Problems of a token: each printed fix is run in the situation that prints it, with a robot at the browser. */
import { isSoak } from "../e2e/support/soak";
import { proveFix } from "./support/printed";
import { numberIn, type Place, placeForEach } from "./support/terminal";

/** Of each kind one; the soak has every number. */
const refused = [
  "AADSTS50173: Consent again, with multi-factor authentication",
  "AADSTS700007: If the URI is right, consent again",
];
const othersRefused = [
  "AADSTS50074: Consent again, with multi-factor authentication",
  "AADSTS50076: Consent again, with multi-factor authentication",
  "AADSTS50078: Consent again, with multi-factor authentication",
  "AADSTS50158: Consent again, with multi-factor authentication",
  "AADSTS500121: Consent again, with multi-factor authentication",
  "AADSTS65004: Consent again, with multi-factor authentication",
  "AADSTS70000: Consent again, with multi-factor authentication",
  "AADSTS70008: Consent again, with multi-factor authentication",
  "AADSTS70043: Consent again, with multi-factor authentication",
  "AADSTS700082: Consent again, with multi-factor authentication",
];

let stage: Place["stage"];
let terminal: Place["terminal"];
let token: string;
placeForEach((fresh) => {
  ({ stage, terminal, token } = fresh);
});

test.each(isSoak ? [...refused, ...othersRefused] : refused)("%s, of the stored token", async (fix) => {
  const form = { refresh_token: token };
  stage.emulator.faults.add({ service: "authority", form, entra: numberIn(fix), times: 0 });
  await proveFix(terminal, { command: "secure-app-model token graph", fix });
});

test.each([
  "AADSTS54005: Start again; a code is good for one attempt",
  "AADSTS501481: Start again; a code is good for one attempt",
  "AADSTS700005: Name the same tenant for both, and start again",
])("%s, of a code", async (fix) => {
  stage.emulator.faults.add({ service: "authority", form: { grant_type: "authorization_code" }, entra: numberIn(fix) });
  const command = "secure-app-model consent --force";
  await proveFix(terminal, { command, fix, fill: { tenant: stage.tenantId } });
});

describe("reply URLs", () => {
  const outOfBand = "urn:ietf:wg:oauth:2.0:oob";
  const web = () => stage.application.application.web;

  test.each([
    "AADSTS50011: Put them back without a deployment",
    "AADSTS900971: Put them back without a deployment",
    "AADSTS700025: Move it",
  ])("%s", async (fix) => {
    web().redirectUris = [];
    if (numberIn(fix) === 700025) stage.application.application["publicClient"] = { redirectUris: [outOfBand] };
    stage.emulator.faults.add({ service: "authority", path: "*/authorize", entra: numberIn(fix) });
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
