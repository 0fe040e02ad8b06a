/** What a check found, and what to do about it. */
import { type ExitCode, exitCodes } from "../exit-code";

export type State = "ok" | "warning" | "failed" | "skipped";

export interface Finding {
  state: State;
  /** What is so, in a phrase. */
  found: string;
  /** What to do, with the command that does it. */
  fix?: string;
  /** Of a failure: what the command's exit code says when this is the first one. */
  exitCode?: ExitCode;
}

export const ok = (found: string): Finding => ({ state: "ok", found });

/** It works, but not for long or not for everything. */
export const warning = (found: string, fix: string): Finding => ({ state: "warning", found, fix });

/** @param exitCode default: none of the steps that exit codes name mends it */
export const failed = (found: string, fix: string, exitCode: ExitCode = exitCodes.failed): Finding => ({
  state: "failed",
  found,
  fix,
  exitCode,
});

/** Not looked at, or nothing to look at yet. */
export const skipped = (found: string, fix?: string): Finding => ({
  state: "skipped",
  found,
  ...(fix === undefined ? {} : { fix }),
});
