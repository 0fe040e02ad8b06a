/** What a command's exit code says, so that scripts need not read its words. */
import { CommanderError } from "commander";
import { ConsentRequiredError, DeadlineError, VerificationError } from "../consent/errors";
import { EntraError, type Remedy } from "../oauth/aadsts";
import { VaultError } from "../vault/vault-error";

export const exitCodes = {
  fine: 0,
  /** Could not tell: an outage, a refusal that no step below mends. */
  failed: 1,
  usage: 2,
  consentNeeded: 3,
  rotationNeeded: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command line, or what it points at, is not right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const byRemedy: Partial<Record<Remedy, ExitCode>> = {
  cloud: exitCodes.usage,
  tenant: exitCodes.usage,
  consent: exitCodes.consentNeeded,
  permission: exitCodes.consentNeeded,
  secret: exitCodes.rotationNeeded,
};

/** However a consent failed, a person has to sign in again. */
const consentErrors = [ConsentRequiredError, DeadlineError, VerificationError];

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
  if (error instanceof UsageError) return exitCodes.usage;
  if (consentErrors.some((kind) => error instanceof kind)) return exitCodes.consentNeeded;
  if (error instanceof EntraError) return byRemedy[error.remedy] ?? exitCodes.failed;
  if (error instanceof VaultError && error.reason === "disabled") return exitCodes.consentNeeded;
  return exitCodes.failed;
}
