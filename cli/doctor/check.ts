/** A check, its result, and the fixes. */
import type { Verdict } from "../../lib/consent/verdict";
import type { Fix, Parts, Problem } from "../../lib/errors/failure";
import { textOf } from "../../lib/errors/text";
import { type ExitCode, exitCodes } from "../terminal/exit-code";
import type { Facts } from "./facts";

export interface Check {
  /** For scripts; it never changes. */
  name: string;
  /** For people. */
  title: string;
  /** Names of the checks that must have succeeded, or this one is skipped. */
  needs: readonly string[];
  /** The right that is needed: named when the response is a 403. */
  right?: string;
  /** Changes nothing. An error counts as "could not tell". */
  look(facts: Facts): Finding | Promise<Finding>;
  /** The repair of --fix after a failure. @returns what was changed, in whole sentences */
  repair?(facts: Facts): Promise<string>;
}

export const check = (
  name: string,
  title: string,
  needs: readonly string[],
  does: Pick<Check, "right" | "look" | "repair">,
): Check => ({ name, title, needs, ...does });

export type State = "ok" | "warning" | "failed" | "skipped";

export interface Finding {
  state: State;
  /** The result in a phrase. */
  found: string;
  /** The fixes, in the order to try them. */
  fixes?: readonly Fix[];
  /** If several things are wrong at once, each of them; `found` lists them as well. */
  problems?: readonly Problem[];
  /** Of a failure: the command's exit code if this is the first failure. */
  exitCode?: ExitCode;
  /** Of a skipped check: the title of the check that failed before it. */
  behind?: string;
}

type Fixes = Fix | readonly Fix[];

const listOf = (fixes: Fixes): readonly Fix[] => ("text" in fixes ? [fixes] : fixes);

export const ok = (found: string): Finding => ({ state: "ok", found });

/** It works, but not for long or not for everything. */
export const warning = (found: string, fixes: Fixes): Finding => ({ state: "warning", found, fixes: listOf(fixes) });

/** @param exitCode default: none of the exit codes with a specific fix */
export function failed(found: string, fixes: Fixes, exitCode: ExitCode = exitCodes.failed): Finding {
  return { state: "failed", found, fixes: listOf(fixes), exitCode };
}

/** There is nothing to check yet, or an earlier check failed. */
export const skipped = (found: string, fixes: Fixes = []): Finding => ({
  state: "skipped",
  found,
  fixes: listOf(fixes),
});

/** The finding for a validity that is sufficient or not. */
export function ofVerdict(verdict: Verdict, found: string, fixes: Fixes, exitCode: ExitCode): Finding {
  if (verdict === "ok") return ok(found);
  return verdict === "warn" ? warning(found, fixes) : failed(found, fixes, exitCode);
}

/** The text of a failure, without its fixes. */
export const saidOf = ({ what, why }: Parts): string => textOf({ what, why });
