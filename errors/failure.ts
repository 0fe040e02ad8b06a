import type { Fix } from "./fix";
import { textOf } from "./text";

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

/**
 * A failure that this project foresees. Its kinds are classes of their own where code branches on them.
 * Every part may hold words from outside (a service, a file, a person): they are made harmless where they are written.
 */
export class Failure extends Error implements Parts {
  override readonly name: string;
  readonly what: string;
  readonly why: string | undefined;
  readonly fixes: readonly Fix[];
  readonly problems: readonly Problem[] | undefined;

  /**
   * @param code for scripts, never changed: "vault-no-role"
   * @param said a text alone is what happened
   * @param more what helps, behind the fixes among the parts
   */
  constructor(
    readonly code: string,
    said: Parts | string,
    ...more: readonly Fix[]
  ) {
    const { what, why, fixes: first = [], problems }: Parts = typeof said === "string" ? { what: said } : said;
    const fixes = [...first, ...more];
    super(textOf({ what, why, fixes, problems }));
    this.name = new.target.name;
    this.what = what;
    this.why = why;
    this.fixes = fixes;
    this.problems = problems;
  }
}

/** A kind of failure that code branches on: a class of its own with nothing but a code. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- a class has no shorter name than itself
export function kindOf(code: string) {
  return class extends Failure {
    constructor(said: Parts | string, ...more: readonly Fix[]) {
      super(code, said, ...more);
    }
  };
}

/**
 * A value that is there by all that was checked before.
 * @param what a whole sentence, for whoever has to find out why it is not
 * @throws Failure "defect"
 */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === undefined || value === null) throw new Failure("defect", what);
  return value;
}

/** The parts of whatever was thrown. */
export function partsOf(error: unknown): Parts & { code: string } {
  if (error instanceof Failure) return error;
  return { code: "unexpected", what: error instanceof Error ? error.message : String(error) };
}
