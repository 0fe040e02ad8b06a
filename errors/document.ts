/** A failure as JSON: its parts as fields. */
import { partsOf } from "./failure";
import { commandLine, fixText, textOf } from "./text";
import { harmless } from "./harmless";

export interface FailureDocument {
  code: string;
  what: string;
  why: string | null;
  fixes: { text: string; commands: { line: string; program: string; args: readonly string[] }[] }[];
  /** All of it, as a terminal shows it. */
  message: string;
}

export function documentOf(error: unknown): FailureDocument {
  const parts = partsOf(error);
  return {
    code: parts.code,
    what: harmless(parts.what),
    why: parts.why === undefined ? null : harmless(parts.why),
    fixes: (parts.fixes ?? []).map((fix) => ({
      text: fixText(fix),
      commands: (fix.commands ?? []).map((one) => ({ line: commandLine(one), program: one.program, args: one.args })),
    })),
    message: textOf(parts),
  };
}
