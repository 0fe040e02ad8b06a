/** The final message of a failed command, and its exit code. */
import { Failure } from "../../lib/errors/failure";
import { interruptedOr } from "../../lib/startup/waiting";
import { type ExitCode, exitCodes, ExitWith, UnreadConsentError } from "./exit-code";
import { printFailure } from "./output";

/** By the failure's code, not its class: the classes would load the HTTP client whenever a command starts. */
const rows: readonly [exitCode: ExitCode, codes: string][] = [
  [exitCodes.usage, "usage foreign-token customer-unknown customer-ambiguous entra-cloud entra-tenant"],
  [
    exitCodes.consentNeeded,
    "administrator-required consent-required consent-incomplete customer-access-lacking customer-consent-absent " +
      "customer-consent-different relationships-unreadable sign-in-deadline token-refused vault-disabled " +
      "entra-consent entra-permission entra-admin-consent entra-customer-consent",
  ],
  [exitCodes.rotationNeeded, "client-secret-missing client-certificate-unusable entra-secret"],
  [exitCodes.drift, "rotation-not-alone"],
  [exitCodes.interrupted, "interrupted"],
];

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ExitWith) return error.exitCode;
  if (error instanceof UnreadConsentError) return exitCodeOf(error.refusal);
  if (!(error instanceof Failure)) return exitCodes.failed;
  // Partner Center's refusals have one code.
  if ("needsMfa" in error && error.needsMfa === true) return exitCodes.consentNeeded;
  return rows.find(([, codes]) => codes.split(" ").includes(error.code))?.[0] ?? exitCodes.failed;
}

/** Prints the error, unless the command has already done so. Returns its exit code. */
export function reportFailure(failure: unknown, json: boolean): ExitCode {
  const error = interruptedOr(failure);
  const exitCode = exitCodeOf(error);
  if (!(error instanceof ExitWith)) printFailure(error, exitCode, json);
  return exitCode;
}
