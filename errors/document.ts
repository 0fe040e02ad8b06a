/** A failure as JSON: its parts as fields. */
import { type Fix, partsOf, type Problem } from "./failure";
import { harmless, harmlessLine } from "./harmless";
import { commandLine, fixText, textOf } from "./text";

export interface FailureDocument {
  code: string;
  what: string;
  why: string | null;
  fixes: FixDocument[];
  /** Only where several things are wrong at once. */
  problems?: { where: string; found?: string; allowed?: string; why?: string; fixes: FixDocument[] }[];
  /** All of it, as a terminal shows it. */
  message: string;
}

export interface FixDocument {
  text: string;
  commands: { line: string; program: string; args: readonly string[] }[];
}

export function documentOf(error: unknown): FailureDocument {
  const { code, what, why, fixes = [], problems } = partsOf(error);
  return {
    code,
    what: harmless(what),
    why: why === undefined ? null : harmless(why),
    fixes: fixes.map(fixDocument),
    ...(problems === undefined ? {} : { problems: problems.map(problemOf) }),
    message: textOf({ what, why, fixes, problems }),
  };
}

const problemOf = ({ where, why, fixes }: Problem) => ({
  where: harmlessLine(where),
  ...(typeof why === "string"
    ? { why: harmless(why) }
    : { found: harmlessLine(why.found), allowed: harmlessLine(why.allowed) }),
  fixes: fixes.map(fixDocument),
});

export const fixDocument = (fix: Fix): FixDocument => ({
  text: fixText(fix),
  commands: (fix.commands ?? []).map((one) => ({ line: commandLine(one), program: one.program, args: one.args })),
});
