/** The final message of a failed command, and its exit code. */
import { codes } from "../../lib/errors/codes";
import { Failure, hasCode } from "../../lib/errors/failure";
import { interruptedOr } from "../../lib/startup/waiting";
import { type ExitCode, exitCodes, ExitWith } from "./exit-code";
import { printFailure } from "./output";

/** By the failure's code, not its class: the classes would load the HTTP client whenever a command starts. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof Failure)) return exitCodes.failed;
  if (error.cause !== undefined) return exitCodeOf(error.cause);
  // Partner Center's refusals have one code.
  if ("needsMfa" in error && error.needsMfa === true) return exitCodes.consentNeeded;
  const groups = Object.keys(codes) as (keyof typeof codes)[];
  return exitCodes[groups.find((one) => hasCode(error, ...codes[one])) ?? "failed"];
}

/** Prints the error, unless the command has already done so. Returns its exit code. */
export function reportFailure(failure: unknown, json: boolean): number {
  const error = interruptedOr(failure);
  if (error instanceof ExitWith) return error.exitCode;
  const exitCode = exitCodeOf(error);
  printFailure(error, exitCode, json);
  return exitCode;
}
