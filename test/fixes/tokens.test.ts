/** Problems of a token: each printed fix is run in the situation that prints it, with a robot at the browser. */
import { isSoak } from "../e2e/support/soak";
import { eachNumber, numberIn } from "./support/printed";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let token: string;
const testFix = placeForEach((fresh) => {
  ({ stage, token } = fresh);
});

/** Of each kind one; the soak has every number. */
const refused = [
  "AADSTS50173: Consent again, with multi-factor authentication",
  "AADSTS700007: If the URI is right, consent again",
];
const othersRefused = eachNumber(
  "AADSTS50074,50076,50078,50158,500121,65004,70000,70008,70043,700082: Consent again, with multi-factor authentication",
);

describe("the stored token is refused", () => {
  for (const fix of isSoak ? [...refused, ...othersRefused] : refused)
    testFix(fix, () => {
      const form = { refresh_token: token };
      stage.emulator.faults.add({ service: "authority", form, entra: numberIn(fix), times: 0 });
      return { command: "secure-app-model token graph" };
    });
});

describe("a code is refused", () => {
  for (const fix of [
    ...eachNumber("AADSTS54005,501481: Start again; a code works once"),
    "AADSTS700005: Name the same tenant for both, and start again",
  ])
    testFix(fix, () => {
      const form = { grant_type: "authorization_code" };
      stage.emulator.faults.add({ service: "authority", form, entra: numberIn(fix) });
      return { command: "secure-app-model consent --force", fill: { tenant: stage.tenantId } };
    });
});

describe("reply URLs", () => {
  const outOfBand = "urn:ietf:wg:oauth:2.0:oob";
  const web = () => stage.application.application.web;
  const proven = () => {
    expect(web().redirectUris).toContain(outOfBand);
  };

  for (const fix of [...eachNumber("AADSTS50011,900971: Put them back without a deployment"), "AADSTS700025: Move it"])
    testFix(fix, () => {
      web().redirectUris = [];
      if (numberIn(fix) === 700025) stage.application.application["publicClient"] = { redirectUris: [outOfBand] };
      stage.emulator.faults.add({ service: "authority", path: "*/authorize", entra: numberIn(fix) });
      return { command: "secure-app-model consent --force", fixCode: 4, proven };
    });

  testFix("cli/doctor/checks/reply-urls.ts: Repair them", () => {
    web().redirectUris = [];
    return { command: "secure-app-model doctor", finding: "reply-urls", fixCode: 4, proven };
  });
});

// A deleted token is consented to with its whole line.
testFix(
  "cli/redemption/partner-token.ts: Name them (outputs tenantId, applicationId and clientSecretName of the stack)",
  async () => {
    await (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
    stage.age(stage.tokenName, 10);
    const { clientId } = stage.application;
    const fill = { tenant: stage.tenantId, id: clientId, name: "client-secret-initial-1a2b3c4d" };
    return { command: "secure-app-model consent", fill };
  },
);

describe("what a vault's tokens say of themselves", () => {
  testFix("lib/consent/errors.ts: Consent again", async () => {
    // Not stored by this project.
    await stage.storeToken({ tags: {} });
    return { command: "secure-app-model status" };
  });

  testFix("lib/consent/verdict.ts: Renew it", async () => {
    await stage.storeToken({ expiresOn: new Date(Date.now() + 3 * 86_400_000) });
    stage.age(stage.tokenName, 5);
    return { command: "secure-app-model status" };
  });
});

testFix("cli/token/powershell.ts: Ask for that", () => ({
  command: "secure-app-model token arm --powershell Connect-MgGraph",
  itself: true,
}));

testFix("cli/program.ts: Options and an example", () => ({ command: "secure-app-model nothing", itself: true }));
