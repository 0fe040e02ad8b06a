/** The content of each part of the page: a line at the top, actions for a person, and sections. */
import type { PartsDocument } from "../../../lib/errors/document";
import type { Markup, Step } from "../../../lib/errors/markup";
import type { FindingDocument, State } from "../../report/finding";
import type { FailedCommand } from "./report-shapes";

/** One line below the answer. */
export interface Fact {
  state: State;
  text: string;
  /** Id of the section with the details. */
  section?: string | undefined;
}

/** Something that a person must do, or check. */
export interface Action extends Pick<FindingDocument, "state"> {
  /** A sentence without its full stop. */
  title: string;
  /** The last day for it; undefined: now. */
  by?: Date | undefined;
  /** The problem, a paragraph each; with the names of the affected entries, if they have different problems. */
  said: readonly { name?: string; text: string }[];
  /** How many more there are than are named. */
  more: number;
  fixes: readonly Step[];
  link?: { text: string; url: string } | undefined;
}

export const isFailed = (report: object): report is FailedCommand => "error" in report;

/** A command that failed has found nothing, and prints why. */
export function failedPart(title: string, { error }: FailedCommand): Part {
  return { facts: [{ state: "unknown", text: title }], actions: [failureAction(title, error)], sections: [] };
}

/** Something that failed, or that is missing. */
export function failureAction(
  title: string,
  { what, why, fixes }: Pick<PartsDocument, "what" | "why"> & Pick<Action, "fixes">,
  state: Action["state"] = "unknown",
): Action {
  const said = [what, why ?? ""].filter((text) => text !== "").map((text) => ({ text }));
  return { state, title, said, more: 0, fixes };
}

export interface Part {
  facts: readonly Fact[];
  actions: readonly Action[];
  sections: readonly Markup[];
}

/** How many names and differences of one kind are shown; a longer list is not readable. */
export const shown = 8;
