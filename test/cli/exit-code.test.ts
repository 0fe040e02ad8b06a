import { type ExitCode, exitCodes, UsageError, ExitWith, worstOf } from "../../cli/terminal/exit-code";
import { exitCodeOf, reportFailure } from "../../cli/terminal/failure";
import { ConsentRequiredError, ForeignTokenError, VerificationError } from "../../lib/token/errors";
import { CredentialUnusableError } from "../../lib/credential/client-credential";
import { Failure } from "../../lib/errors/failure";
import { EntraError, fixes, type Remedy } from "../../lib/oauth/aadsts";
import { PortTakenError } from "../../lib/oauth/redirect-listener";
import { CredentialError } from "../../lib/azure/credential-error";
import { partnerCenterError } from "../../lib/partner-center/errors";
import { VaultError, type VaultReason } from "../../lib/vault/vault-error";

const { fine, failed, usage, consentNeeded, rotationNeeded } = exitCodes;

test("the codes are those that the documentation promises", () => {
  expect(exitCodes).toEqual({
    fine: 0,
    failed: 1,
    usage: 2,
    consentNeeded: 3,
    rotationNeeded: 4,
    drift: 5,
    commandUnusable: 126,
    commandMissing: 127,
    interrupted: 130,
  });
});

test.each<[string, unknown, ExitCode]>([
  ["a wrong value", new UsageError("x"), usage],
  ["a consent that a person has to give", new ConsentRequiredError("x"), consentNeeded],
  ["a token that must not be stored", new VerificationError("x"), consentNeeded],
  ["nobody who signed in", new Failure("sign-in-deadline", "x"), consentNeeded],
  ["a token that is not this project's", new ForeignTokenError("x"), usage],
  ["a credential that is gone", new CredentialUnusableError("x"), rotationNeeded],
  ["a token without a second factor", partnerCenterError("x", 401, { code: 900421 }), consentNeeded],
  ["anything else Partner Center refuses", partnerCenterError("x", 403, { code: 403 }), failed],
  ["a taken port", new PortTakenError(8400), failed],
  ["a process without a credential", new CredentialError("x"), failed],
  ["anything else", new Error("x"), failed],
  ["what is no error at all", "x", failed],
])("%s", (_, error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

test("what a command has said already ends with its own code, another program's too", () => {
  expect(reportFailure(new ExitWith(7), false)).toBe(7);
});

const byRemedy: Partial<Record<Remedy, ExitCode>> = {
  cloud: usage,
  tenant: usage,
  consent: consentNeeded,
  permission: consentNeeded,
  "admin-consent": consentNeeded,
  "customer-consent": consentNeeded,
  secret: rotationNeeded,
};
test.each(Object.keys(fixes) as Remedy[])("what Entra refused and %s fixes", (remedy) => {
  expect(exitCodeOf(new EntraError("x", undefined, remedy, "x"))).toBe(byRemedy[remedy] ?? failed);
});

test.each<[ExitCode[], ExitCode]>([
  [[], fine],
  [[fine, fine], fine],
  [[fine, failed], failed],
  [[failed, usage, fine], usage],
  [[usage, consentNeeded, failed], consentNeeded],
  [[consentNeeded, rotationNeeded, failed], rotationNeeded],
])("of %j a command ends with %i", (codes, code) => {
  expect(worstOf(codes)).toBe(code);
});

const reasons: VaultReason[] = ["expired", "no-role", "access-policy", "forbidden", "firewall", "not-found", "deleted"];
test.each([...reasons, "recovering", "unreachable", "unresolved", "closed", "other", "disabled"] as const)(
  "what a vault refused as %s",
  (reason) => {
    expect(exitCodeOf(new VaultError(reason, "x"))).toBe(reason === "disabled" ? consentNeeded : failed);
  },
);
