/** A check, and what makes its findings. */
import type { Verdict } from "../../lib/token/verdict";
import { type Fix, type Parts, pulumi, run } from "../../lib/errors/failure";
import { textOf } from "../../lib/errors/text";
import type { Finding, State } from "../report/finding";
import { type ExitCode, exitCodes } from "../terminal/exit-code";
import type { Facts } from "./facts";

export type { Finding };

export interface Check {
  /** For scripts; it never changes. */
  name: string;
  title: string;
  /** Names of the checks that must have succeeded, or this one is skipped. */
  needs: readonly string[];
  /** Its precondition: a stack to compare with, or --probe. Default: it always runs. */
  only?: "stack" | "probe";
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
  does: Omit<Check, "name" | "title" | "needs">,
): Check => ({ name, title, needs, ...does });

type Fixes = Fix | readonly Fix[];

export const ok = (what: string): Finding => ({ state: "ok", what });

const judged = (state: State, what: string, fixes: Fixes): Finding => ({ state, what, fixes: [fixes].flat() });

export const warning = (what: string, fixes: Fixes): Finding => judged("warning", what, fixes);

/** @param exitCode default: none of the exit codes with a specific fix */
export const failed = (what: string, fixes: Fixes, exitCode: ExitCode = exitCodes.failed): Finding => ({
  ...judged("failed", what, fixes),
  exitCode,
});

/** There is nothing to check yet, or an earlier check failed. */
export const skipped = (what: string, fixes: Fixes = []): Finding => judged("skipped", what, fixes);

export const ofVerdict = (state: Verdict, what: string, fixes: Fixes, exitCode: ExitCode): Finding =>
  state === "failed" ? failed(what, fixes, exitCode) : judged(state, what, fixes);

export const saidOf = ({ what, why }: Parts): string => textOf({ what, why });

export const deployAgain = run("Deploy again", pulumi("up"));
