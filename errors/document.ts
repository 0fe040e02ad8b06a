/** A failure as JSON: its parts as fields. */
import { partsOf } from "./failure";
import type { Fix } from "./fix";
import { harmless } from "./harmless";
import { commandLine, fixText, textOf } from "./text";

export interface FailureDocument {
  code: string;
  what: string;
  why: string | null;
  fixes: FixDocument[];
  /** All of it, as a terminal shows it. */
  message: string;
}

export interface FixDocument {
  text: string;
  commands: { line: string; program: string; args: readonly string[] }[];
}

export function documentOf(error: unknown): FailureDocument {
  const { code, what, why, fixes = [] } = partsOf(error);
  return {
    code,
    what: harmless(what),
    why: why === undefined ? null : harmless(why),
    fixes: fixes.map(fixDocument),
    message: textOf({ what, why, fixes }),
  };
}

export function fixDocument(fix: Fix): FixDocument {
  const commands = (fix.commands ?? []).map((one) => ({
    line: commandLine(one),
    program: one.program,
    args: one.args,
  }));
  return { text: fixText(fix), commands };
}
