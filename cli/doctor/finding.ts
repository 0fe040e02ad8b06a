/** What a check found, and what to do about it. */
import type { Fix } from "../../errors/fix";
import { type ExitCode, exitCodes } from "../exit-code";

export type State = "ok" | "warning" | "failed" | "skipped";

export interface Finding {
  state: State;
  /** What is so, in a phrase. */
  found: string;
  /** What to do, in the order to try it. */
  fixes?: readonly Fix[];
  /** Of a failure: what the command's exit code says when this is the first one. */
  exitCode?: ExitCode;
  /** Of a skipped one: the title of the check that failed before it. */
  behind?: string;
}

type Fixes = Fix | readonly Fix[];

const listOf = (fixes: Fixes): readonly Fix[] => ("text" in fixes ? [fixes] : fixes);

export const ok = (found: string): Finding => ({ state: "ok", found });

/** It works, but not for long or not for everything. */
export const warning = (found: string, fixes: Fixes): Finding => ({ state: "warning", found, fixes: listOf(fixes) });

/** @param exitCode default: none of the steps that exit codes name repairs it */
export const failed = (found: string, fixes: Fixes, exitCode: ExitCode = exitCodes.failed): Finding => ({
  state: "failed",
  found,
  fixes: listOf(fixes),
  exitCode,
});

/** There is nothing to check yet, or a check before it failed. */
export const skipped = (found: string, fixes: Fixes = []): Finding => ({
  state: "skipped",
  found,
  fixes: listOf(fixes),
});
