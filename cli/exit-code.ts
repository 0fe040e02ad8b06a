/** What a command's exit code says, so that scripts need not read its words. Loads little: `--help` needs it, too. */
import { kindOf } from "../errors/failure";

export const exitCodes = {
  fine: 0,
  /** Could not tell: an outage, a refusal that no step below fixes. */
  failed: 1,
  usage: 2,
  consentNeeded: 3,
  rotationNeeded: 4,
  drift: 5,
  /** By Ctrl-C, as shells tell a program that SIGINT ended. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command line, or what it points at, is not right. */
export class UsageError extends kindOf("usage") {}

/** A command that has printed everything, and ends with another code than 0. */
export class ExitWith extends Error {
  override readonly name = "ExitWith";
  constructor(readonly exitCode: ExitCode) {
    super(`exit code ${exitCode}`);
  }
}

/** The one code of a command that did several things: the first of these that any of them came to. A wrong secret comes before all else. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  const { rotationNeeded, consentNeeded, usage, failed, fine } = exitCodes;
  return [rotationNeeded, consentNeeded, usage, failed].find((code) => codes.includes(code)) ?? fine;
}
