import type { Facts } from "./facts";
import type { Finding } from "./finding";

/** One precondition. */
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
  /**
   * What --fix does about a failure, where something can be done.
   * @returns what was changed, in whole sentences
   */
  repair?(facts: Facts): Promise<string>;
}
