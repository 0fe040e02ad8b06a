/** A finding: a check's result on one subject, in the form of every command. */
import { styleText } from "node:util";
import { type PartsDocument, partsDocument } from "../../lib/errors/document";
import type { Parts } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { messageOf } from "../../lib/errors/text";
import type { ExitCode } from "../terminal/exit-code";

/** States, the worst first. */
export const states = ["failed", "unknown", "warning", "ok", "skipped"] as const;

/**
 * failed: it does not work; unknown: it could not be read; warning: it works, but not for long or not for
 * everything; skipped: it was not judged, because something before it failed or nothing needs it.
 */
export type State = (typeof states)[number];

/** `what` is "" if the state, or a value beside it, is enough. */
export interface Finding extends Parts {
  state: State;
  /** The command's exit code, if this finding decides it; default: that of the state. */
  exitCode?: ExitCode;
}

/** One of several findings that are reported together. */
export interface Reported extends Finding {
  /** Subject of the finding, the general before the particular; "" for unknown. */
  about: readonly string[];
  /** Identity of the problem, equal at each look; default: `about`. */
  key?: readonly string[];
}

/** One line of text: "failed refresh-token-… refused: Consent again: …" */
export const lineOf = ({ state, about, ...parts }: Reported): string =>
  harmlessLine(`${[state, ...about].filter((word) => word !== "").join(" ")}: ${messageOf(parts)}`);

/** @returns ok for an empty list */
export const worstState = (all: readonly State[]): State => states.find((state) => all.includes(state)) ?? "ok";

/** A finding as JSON. */
export interface FindingDocument extends PartsDocument {
  state: State;
}

export const findingDocument = ({ state, ...parts }: Finding): FindingDocument => ({ state, ...partsDocument(parts) });

const marks = {
  failed: { sign: "✗", colour: "red" },
  unknown: { sign: "?", colour: "magenta" },
  warning: { sign: "!", colour: "yellow" },
  ok: { sign: "✓", colour: "green" },
  skipped: { sign: "–", colour: "gray" },
} as const;

/** @param isColoured default: if standard output shows colours @param text default: the state's sign */
export const marked = (state: State, isColoured?: boolean, text: string = marks[state].sign): string =>
  isColoured === false ? text : styleText(marks[state].colour, text, { validateStream: isColoured === undefined });
