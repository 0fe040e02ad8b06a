import type { Fix } from "./fix";
import type { Parts, Problem } from "./parts";
import { textOf } from "./text";

export type { Parts, Problem } from "./parts";

/**
 * A failure that this project foresees. Its kinds are classes of their own where code branches on them.
 * Every part may hold words from outside (a service, a file, a person): they are made harmless where they are written.
 */
export class Failure extends Error implements Parts {
  override readonly name: string = "Failure";
  readonly what: string;
  readonly why: string | undefined;
  readonly fixes: readonly Fix[];
  readonly problems: readonly Problem[] | undefined;

  /**
   * @param code for scripts, never changed: "vault-no-role"
   * @param parts a text alone is what happened
   */
  constructor(
    readonly code: string,
    parts: Parts | string,
    options?: ErrorOptions,
  ) {
    const { what, why, fixes = [], problems }: Parts = typeof parts === "string" ? { what: parts } : parts;
    super(textOf({ what, why, fixes, problems }), options);
    this.what = what;
    this.why = why;
    this.fixes = fixes;
    this.problems = problems;
  }
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
