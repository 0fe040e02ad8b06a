import { CommanderError } from "commander";
import { type ExitCode, exitCodeOf, exitCodes, UsageError } from "../../cli/exit-code";
import { ConsentRequiredError, DeadlineError, VerificationError } from "../../consent/errors";
import { EntraError, fixes, type Remedy } from "../../oauth/aadsts";
import { PortTakenError } from "../../oauth/redirect-listener";
import { CredentialError } from "../../azure/credential-error";
import { VaultError, type VaultReason } from "../../vault/vault-error";

const { fine, failed, usage, consentNeeded, rotationNeeded } = exitCodes;

test("the codes are those that the documentation promises", () => {
  expect(exitCodes).toEqual({ fine: 0, failed: 1, usage: 2, consentNeeded: 3, rotationNeeded: 4 });
});

test.each<[string, unknown, ExitCode]>([
  ["help", new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"), fine],
  ["an unknown option", new CommanderError(1, "commander.unknownOption", "unknown option"), usage],
  ["a wrong value", new UsageError("x"), usage],
  ["a consent that a person has to give", new ConsentRequiredError("x"), consentNeeded],
  ["a token that must not be stored", new VerificationError("x"), consentNeeded],
  ["nobody who signed in", new DeadlineError("x"), consentNeeded],
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
  secret: rotationNeeded,
  "customer-consent": failed,
  registration: failed,
  account: failed,
  administrator: failed,
  vault: failed,
  restart: failed,
  defect: failed,
};
test.each(Object.entries(byRemedy))("what Entra refused and %s mends", (remedy, code) => {
  expect(exitCodeOf(new EntraError("x", undefined, remedy as Remedy, "x"))).toBe(code);
});
test("every remedy has its code here", () => {
  expect(Object.keys(byRemedy).sort()).toEqual(Object.keys(fixes).sort());
});

const byReason: Record<VaultReason, ExitCode> = {
  disabled: consentNeeded,
  "no-role": failed,
  firewall: failed,
  "not-found": failed,
  deleted: failed,
  recovering: failed,
  unreachable: failed,
  other: failed,
};
test.each(Object.entries(byReason))("what a vault refused as %s", (reason, code) => {
  expect(exitCodeOf(new VaultError(reason as VaultReason, "x"))).toBe(code);
});
