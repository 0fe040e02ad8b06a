/** A failure as JSON: its parts as fields. */
import { type Command, type Fix, type Parts, partsOf, type Problem } from "./failure";
import { harmless, harmlessLine } from "./harmless";
import { asCalled, commandLine, fixText, helping, textOf } from "./text";

export interface FailureDocument {
  code: string;
  what: string;
  why: string | null;
  fixes: FixDocument[];
  /** Only if several things are wrong at once. */
  problems?: ProblemDocument[];
  /** The complete text, as on a terminal. */
  message: string;
}

interface ProblemDocument {
  where: string;
  found?: string;
  allowed?: string;
  why?: string;
  fixes: FixDocument[];
}

export interface FixDocument {
  text: string;
  /** Whether it needs a person: an administrator, the portal, waiting, or a decision on its commands' output. A script cannot complete it. */
  byPerson: boolean;
  /** `into` is the command that its output is piped into; the line contains both. */
  commands: { line: string; program: string; args: readonly string[]; into?: Omit<Command, "without"> }[];
}

export function documentOf(error: unknown): FailureDocument {
  const { code, what, why, fixes = [], problems } = partsOf(error);
  return {
    code,
    what: harmless(what),
    why: why === undefined ? null : harmless(why),
    fixes: fixDocuments({ fixes }),
    ...(problems === undefined ? {} : { problems: problems.map(problemDocument) }),
    message: textOf({ what, why, fixes, problems }),
  };
}

export const problemDocument = ({ where, why, fixes }: Problem): ProblemDocument => ({
  where: harmlessLine(where),
  ...(typeof why === "string"
    ? { why: harmless(why) }
    : { found: harmlessLine(why.found), allowed: harmlessLine(why.allowed) }),
  fixes: fixDocuments({ fixes }),
});

/** The fixes that apply to what is being run. */
export const fixDocuments = ({ fixes = [] }: Pick<Parts, "fixes">): FixDocument[] => helping(fixes).map(fixDocument);

export const fixDocument = (fix: Fix): FixDocument => ({
  text: fixText(fix),
  byPerson: fix.byPerson ?? false,
  commands: (fix.commands ?? []).map((one) => ({ line: commandLine(one), ...asCalled(one) })),
});
