/** A check, what it finds, and what to do about that. */
import type { Verdict } from "../../consent/verdict";
import type { Fix, Parts, Problem } from "../../errors/failure";
import { textOf } from "../../errors/text";
import { type ExitCode, exitCodes } from "../exit-code";
import type { Facts } from "./facts";

export interface Check {
  /** For scripts; never changes. */
  name: string;
  /** For people. */
  title: string;
  /** Names of the checks that must have found something to work with, else this one is skipped. */
  needs: readonly string[];
  /** What allows to look: named when the answer is a 403. */
  right?: string;
  /** Changes nothing. What it throws counts as "could not tell". */
  look(facts: Facts): Finding | Promise<Finding>;
  /** What --fix does about a failure. @returns what was changed, in whole sentences */
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
  /** What is so, in a phrase. */
  found: string;
  /** What to do, in the order to try it. */
  fixes?: readonly Fix[];
  /** Where several things are wrong at once, each of them; what was found tells them as well. */
  problems?: readonly Problem[];
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
export function failed(found: string, fixes: Fixes, exitCode: ExitCode = exitCodes.failed): Finding {
  return { state: "failed", found, fixes: listOf(fixes), exitCode };
}

/** There is nothing to check yet, or a check before it failed. */
export const skipped = (found: string, fixes: Fixes = []): Finding => ({
  state: "skipped",
  found,
  fixes: listOf(fixes),
});

/** What is still valid, for long enough or not. */
export function ofVerdict(verdict: Verdict, found: string, fixes: Fixes, exitCode: ExitCode): Finding {
  if (verdict === "ok") return ok(found);
  return verdict === "warn" ? warning(found, fixes) : failed(found, fixes, exitCode);
}

/** What is said of a failure, without its fixes. */
export const saidOf = ({ what, why }: Parts): string => textOf({ what, why });
