import type { Fix } from "./fix";

/** What is said of a failure, apart, so that nobody has to cut it out of a text. */
export interface Parts {
  /** What happened, and where: whole sentences. */
  what: string;
  /** How it came about, or what it means: whole sentences. */
  why?: string | undefined;
  /** What helps, in the order to try it. */
  fixes?: readonly Fix[] | undefined;
  /** Where several things are wrong at once, each of them; what happened is then their heading. */
  problems?: readonly Problem[] | undefined;
}

/** One of several things that are wrong at once. */
export interface Problem {
  /** The name of the setting it is about. */
  where: string;
  /** What is there, and what may be there; or whole sentences about it. */
  why: { found: string; allowed: string } | string;
  fixes: readonly Fix[];
}
