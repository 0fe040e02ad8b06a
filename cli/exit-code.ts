/** What a command's exit code says, so that scripts need not read its words. */
import { CommanderError } from "commander";
import {
  ClientSecretError,
  ConsentRequiredError,
  DeadlineError,
  ForeignTokenError,
  VerificationError,
} from "../consent/errors";
import { EntraError, type Remedy } from "../oauth/aadsts";
import { PartnerCenterError } from "../partner-center/errors";
import { VaultError } from "../vault/vault-error";

export const exitCodes = {
  fine: 0,
  /** Could not tell: an outage, a refusal that no step below mends. */
  failed: 1,
  usage: 2,
  consentNeeded: 3,
  rotationNeeded: 4,
  drift: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command line, or what it points at, is not right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A command that has said all there is to say, and ends with another code than 0. */
export class ExitWith extends Error {
  override readonly name = "ExitWith";
  constructor(readonly exitCode: ExitCode) {
    super(`exit code ${exitCode}`);
  }
}

const byRemedy: Partial<Record<Remedy, ExitCode>> = {
  cloud: exitCodes.usage,
  tenant: exitCodes.usage,
  consent: exitCodes.consentNeeded,
  permission: exitCodes.consentNeeded,
  "customer-consent": exitCodes.consentNeeded,
  secret: exitCodes.rotationNeeded,
};

/** However a consent failed, a person has to sign in again. */
const consentErrors = [ConsentRequiredError, DeadlineError, VerificationError];
const usageErrors = [UsageError, ForeignTokenError];

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
  if (error instanceof ExitWith) return error.exitCode;
  if (usageErrors.some((kind) => error instanceof kind)) return exitCodes.usage;
  if (consentErrors.some((kind) => error instanceof kind)) return exitCodes.consentNeeded;
  if (error instanceof ClientSecretError) return exitCodes.rotationNeeded;
  if (error instanceof EntraError) return byRemedy[error.remedy] ?? exitCodes.failed;
  if (error instanceof VaultError && error.reason === "disabled") return exitCodes.consentNeeded;
  if (error instanceof PartnerCenterError && error.needsMfa) return exitCodes.consentNeeded;
  return exitCodes.failed;
}

/** The one code of a command that did several things: the first of these that any of them came to. A wrong secret comes before all else. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  const { rotationNeeded, consentNeeded, usage, failed, fine } = exitCodes;
  return [rotationNeeded, consentNeeded, usage, failed].find((code) => codes.includes(code)) ?? fine;
}
