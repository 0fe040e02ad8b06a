/** Exit codes, so that scripts need not parse text. This file loads little, because `--help` needs it. */
import { Failure, kindOf, type Parts } from "../../lib/errors/failure";

export const exitCodes = {
  fine: 0,
  /** Could not tell: an outage, or a refusal without one of the fixes below. */
  failed: 1,
  usage: 2,
  consentNeeded: 3,
  rotationNeeded: 4,
  drift: 5,
  /** `exec`, with the codes of shells: its command cannot be run, or does not exist. */
  commandUnusable: 126,
  commandMissing: 127,
  /** Ctrl-C: the code of shells for SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command line, or what it refers to, is not right. */
export class UsageError extends kindOf("usage") {}

/** A customer's consent or access is not as required; or a given name fits no customer, or several. */
export class CustomerError extends Failure {}

/** The command of `exec` failed for a customer. */
export class CommandFailure extends Failure {
  constructor(
    readonly exitCode: number,
    said: Parts,
  ) {
    super("command-failed", said);
  }
}

/** Thrown by a command that has printed everything, and ends with another code than 0. */
export class ExitWith extends Error {
  override readonly name = "ExitWith";
  /** @param exitCode may be that of another program */
  constructor(readonly exitCode: number) {
    super(`exit code ${exitCode}`);
  }
}

/** One exit code for several results: the first that occurred in this order. A wrong secret comes first. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  const { rotationNeeded, consentNeeded, usage, failed, fine } = exitCodes;
  return (
    [rotationNeeded, consentNeeded, usage, failed].find((code) => codes.includes(code)) ??
    codes.find((code) => code !== fine) ??
    fine
  );
}
