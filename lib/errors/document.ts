import { type Code, type Command, type Fix, type Parts, partsOf, type Problem } from "./failure";
import { harmless, harmlessLine } from "./harmless";
import { asCalled, commandLine, helping, messageOf } from "./text";

export interface FailureDocument extends PartsDocument {
  code: Code;
}

export interface PartsDocument {
  what: string;
  why: string | null;
  fixes: FixDocument[];
  problems?: ProblemDocument[];
  /** The whole failure, on one line. */
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
  /** A whole sentence; or what the commands do, without a final colon. */
  text: string;
  /** Whether it needs a person: an administrator, the portal, waiting, or a decision on some output. */
  byPerson: boolean;
  /** `into` is the command that its output is piped into; the line contains both. */
  commands: { line: string; program: string; args: readonly string[]; into?: Omit<Command, "without"> }[];
}

export function documentOf(error: unknown): FailureDocument {
  const { code, ...parts } = partsOf(error);
  return { code, ...partsDocument(parts) };
}

export const partsDocument = ({ what, why, fixes = [], problems }: Parts): PartsDocument => ({
  what: harmless(what),
  why: why === undefined ? null : harmless(why),
  fixes: fixDocuments({ fixes }),
  ...(problems === undefined ? {} : { problems: problems.map(problemDocument) }),
  message: messageOf({ what, why, fixes, problems }),
});

const problemDocument = ({ where, why, fixes }: Problem): ProblemDocument => ({
  where: harmlessLine(where),
  ...(typeof why === "string"
    ? { why: harmless(why) }
    : { found: harmlessLine(why.found), allowed: harmlessLine(why.allowed) }),
  fixes: fixDocuments({ fixes }),
});

export const fixDocuments = ({ fixes = [] }: Pick<Parts, "fixes">): FixDocument[] => helping(fixes).map(fixDocument);

export const fixDocument = ({ text, byPerson, commands = [] }: Fix): FixDocument => ({
  text: harmless(text),
  byPerson: byPerson ?? false,
  commands: commands.map((one) => ({ line: commandLine(one), ...asCalled(one) })),
});
