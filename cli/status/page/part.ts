/** The content of each part of the page: a line at the top, actions for a person, and sections. */
import type { Markup, Step } from "../../../lib/errors/markup";
import type { Severity } from "./words";

/** One line below the answer. */
export interface Fact {
  severity: Severity;
  text: string;
  /** Id of the section with the details. */
  section?: string | undefined;
}

/** Something that a person must do, or check. */
export interface Action {
  severity: Exclude<Severity, "ok" | "idle">;
  /** A sentence without its full stop. */
  title: string;
  /** The last day for it; undefined: now. */
  by?: Date | undefined;
  /** The problem, a paragraph each; with the names of the affected entries, if they have different problems. */
  said: readonly { name?: string; text: string }[];
  /** How many more there are than are named. */
  more: number;
  steps: readonly Step[];
  link?: { text: string; url: string } | undefined;
}

export interface Part {
  facts: readonly Fact[];
  actions: readonly Action[];
  sections: readonly Markup[];
}

/** How many names and differences of one kind are shown; a longer list is not readable. */
export const shown = 8;
