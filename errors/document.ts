/** A failure as JSON: its parts as fields. */
import { partsOf, type Problem } from "./failure";
import type { Fix } from "./fix";
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

interface FixDocument {
  text: string;
  commands: { line: string; program: string; args: readonly string[] }[];
}

export function documentOf(error: unknown): FailureDocument {
  const parts = partsOf(error);
  return {
    code: parts.code,
    what: harmless(parts.what),
    why: parts.why === undefined ? null : harmless(parts.why),
    fixes: (parts.fixes ?? []).map(fixOf),
    ...(parts.problems === undefined ? {} : { problems: parts.problems.map(problemOf) }),
    message: textOf(parts),
  };
}

const problemOf = ({ where, why, fixes }: Problem) => ({
  where: harmlessLine(where),
  ...(typeof why === "string"
    ? { why: harmless(why) }
    : { found: harmlessLine(why.found), allowed: harmlessLine(why.allowed) }),
  fixes: fixes.map(fixOf),
});

const fixOf = (fix: Fix): FixDocument => ({
  text: fixText(fix),
  commands: (fix.commands ?? []).map((one) => ({ line: commandLine(one), program: one.program, args: one.args })),
});
