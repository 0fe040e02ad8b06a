/** The final message of a failed command, and its exit code. */
import {
  AdministratorRequiredError,
  ConsentRequiredError,
  DeadlineError,
  ForeignTokenError,
  IncompleteError,
  isCredentialMissing,
  VerificationError,
} from "../../lib/consent/errors";
import { EntraError, type Remedy } from "../../lib/oauth/aadsts";
import { PartnerCenterError } from "../../lib/partner-center/errors";
import { InterruptedError, interruptedOr } from "../../lib/startup/waiting";
import { VaultError } from "../../lib/vault/vault-error";
import {
  CustomerConsentError,
  CustomerNameError,
  type ExitCode,
  exitCodes,
  ExitWith,
  NotAloneError,
  UnreadConsentError,
  UsageError,
} from "./exit-code";
import { printFailure } from "./output";

const byRemedy: Partial<Record<Remedy, ExitCode>> = {
  cloud: exitCodes.usage,
  tenant: exitCodes.usage,
  consent: exitCodes.consentNeeded,
  permission: exitCodes.consentNeeded,
  "admin-consent": exitCodes.consentNeeded,
  "customer-consent": exitCodes.consentNeeded,
  secret: exitCodes.rotationNeeded,
};

/** After any of these errors of a consent, a person must sign in again. */
const consentErrors = [
  AdministratorRequiredError,
  ConsentRequiredError,
  IncompleteError,
  CustomerConsentError,
  DeadlineError,
  VerificationError,
];
const usageErrors = [UsageError, ForeignTokenError, CustomerNameError];

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof InterruptedError) return exitCodes.interrupted;
  if (error instanceof ExitWith) return error.exitCode;
  if (error instanceof UnreadConsentError) return exitCodeOf(error.refusal);
  if (usageErrors.some((kind) => error instanceof kind)) return exitCodes.usage;
  if (consentErrors.some((kind) => error instanceof kind)) return exitCodes.consentNeeded;
  if (error instanceof NotAloneError) return exitCodes.drift;
  if (isCredentialMissing(error)) return exitCodes.rotationNeeded;
  if (error instanceof EntraError) return byRemedy[error.remedy] ?? exitCodes.failed;
  if (error instanceof VaultError && error.reason === "disabled") return exitCodes.consentNeeded;
  if (error instanceof PartnerCenterError && error.needsMfa) return exitCodes.consentNeeded;
  return exitCodes.failed;
}

/** Prints the error, unless the command has already done so. Returns its exit code. */
export function reportFailure(failure: unknown, json: boolean): ExitCode {
  const error = interruptedOr(failure);
  const exitCode = exitCodeOf(error);
  if (!(error instanceof ExitWith)) printFailure(error, exitCode, json);
  return exitCode;
}
