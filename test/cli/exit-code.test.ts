import { type ExitCode, exitCodes, UsageError, ExitWith, worstOf } from "../../cli/terminal/exit-code";
import { exitCodeOf } from "../../cli/terminal/failure";
import {
  ClientSecretError,
  ConsentRequiredError,
  DeadlineError,
  ForeignTokenError,
  VerificationError,
} from "../../lib/consent/errors";
import { EntraError, fixes, type Remedy } from "../../lib/oauth/aadsts";
import { PortTakenError } from "../../lib/oauth/redirect-listener";
import { CredentialError } from "../../lib/azure/credential-error";
import { partnerCenterError } from "../../lib/partner-center/errors";
import { VaultError, type VaultReason } from "../../lib/vault/vault-error";

const { fine, failed, usage, consentNeeded, rotationNeeded, drift } = exitCodes;

test("the codes are those that the documentation promises", () => {
  expect(exitCodes).toEqual({
    fine: 0,
    failed: 1,
    usage: 2,
    consentNeeded: 3,
    rotationNeeded: 4,
    drift: 5,
    interrupted: 130,
  });
});

test.each<[string, unknown, ExitCode]>([
  ["a wrong value", new UsageError("x"), usage],
  ["a consent that a person has to give", new ConsentRequiredError("x"), consentNeeded],
  ["a token that must not be stored", new VerificationError("x"), consentNeeded],
  ["nobody who signed in", new DeadlineError("x"), consentNeeded],
  ["a token that is not this project's", new ForeignTokenError("x"), usage],
  ["a client secret that is gone", new ClientSecretError("x"), rotationNeeded],
  ["what a command has said already", new ExitWith(drift), drift],
  ["a token without a second factor", partnerCenterError("x", 401, { code: 900421 }), consentNeeded],
  ["anything else Partner Center refuses", partnerCenterError("x", 403, { code: 403 }), failed],
  ["a taken port", new PortTakenError(8400), failed],
  ["a process without a credential", new CredentialError("x"), failed],
  ["anything else", new Error("x"), failed],
  ["what is no error at all", "x", failed],
])("%s", (_, error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

const byRemedy: Record<Remedy, ExitCode> = {
  cloud: usage,
  tenant: usage,
  consent: consentNeeded,
  permission: consentNeeded,
  "admin-consent": consentNeeded,
  secret: rotationNeeded,
  "customer-consent": consentNeeded,
  registration: failed,
  account: failed,
  administrator: failed,
  vault: failed,
  credential: failed,
  restart: failed,
  passing: failed,
  defect: failed,
};
test.each(Object.entries(byRemedy))("what Entra refused and %s fixes", (remedy, code) => {
  expect(exitCodeOf(new EntraError("x", undefined, remedy as Remedy, "x"))).toBe(code);
});
test("every remedy has its code here", () => {
  expect(Object.keys(byRemedy).sort()).toEqual(Object.keys(fixes).sort());
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

const byReason: Record<VaultReason, ExitCode> = {
  disabled: consentNeeded,
  expired: failed,
  "no-role": failed,
  "access-policy": failed,
  forbidden: failed,
  firewall: failed,
  "not-found": failed,
  deleted: failed,
  recovering: failed,
  unreachable: failed,
  unresolved: failed,
  closed: failed,
  other: failed,
};
test.each(Object.entries(byReason))("what a vault refused as %s", (reason, code) => {
  expect(exitCodeOf(new VaultError(reason as VaultReason, "x"))).toBe(code);
});
