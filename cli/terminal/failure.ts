/** The final message of a failed command, and its exit code. */
import { Failure } from "../../lib/errors/failure";
import { interruptedOr } from "../../lib/startup/waiting";
import { type ExitCode, exitCodes, ExitWith, RefusedCommandError, UnreadConsentError } from "./exit-code";
import { printFailure } from "./output";

const { usage, consentNeeded, rotationNeeded, drift, interrupted, commandUnusable, commandMissing } = exitCodes;

/** By the failure's code, not its class: the classes would load the HTTP client whenever a command starts. */
const byCode: Readonly<Record<string, ExitCode>> = {
  interrupted,
  usage,
  settings: usage,
  "foreign-token": usage,
  "customer-unknown": usage,
  "customer-ambiguous": usage,
  "entra-cloud": usage,
  "entra-tenant": usage,
  "administrator-required": consentNeeded,
  "consent-required": consentNeeded,
  "consent-incomplete": consentNeeded,
  "customer-access-lacking": consentNeeded,
  "customer-consent-absent": consentNeeded,
  "customer-consent-different": consentNeeded,
  "relationships-unreadable": consentNeeded,
  "sign-in-deadline": consentNeeded,
  "token-refused": consentNeeded,
  "vault-disabled": consentNeeded,
  "entra-consent": consentNeeded,
  "entra-permission": consentNeeded,
  "entra-admin-consent": consentNeeded,
  "entra-customer-consent": consentNeeded,
  "credential-unusable": rotationNeeded,
  "entra-secret": rotationNeeded,
  "rotation-not-alone": drift,
  "command-missing": commandMissing,
  "command-unusable": commandUnusable,
};

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UnreadConsentError || error instanceof RefusedCommandError) return exitCodeOf(error.refusal);
  if (!(error instanceof Failure)) return exitCodes.failed;
  // Partner Center's refusals have one code.
  if ("needsMfa" in error && error.needsMfa === true) return consentNeeded;
  return byCode[error.code] ?? exitCodes.failed;
}

/** Prints the error, unless the command has already done so. Returns its exit code. */
export function reportFailure(failure: unknown, json: boolean): number {
  const error = interruptedOr(failure);
  if (error instanceof ExitWith) return error.exitCode;
  const exitCode = exitCodeOf(error);
  printFailure(error, exitCode, json);
  return exitCode;
}
