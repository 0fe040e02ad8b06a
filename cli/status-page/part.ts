/** What every part of the page comes to: a line at the top, what a person has to do, and sections of its own. */
import type { Markup, Step } from "../../errors/markup";
import type { Tone } from "./words";

/** One line below the answer. */
export interface Fact {
  tone: Tone;
  text: string;
  /** Id of the section that has more of it. */
  section?: string | undefined;
}

/** Something that a person has to do, or look at. */
export interface Action {
  tone: Exclude<Tone, "ok" | "idle">;
  /** A sentence without its full stop. */
  title: string;
  /** The last day for it; undefined: now. */
  by?: Date | undefined;
  /** What is wrong, a paragraph each; with the name of what it is said of, where not all are the same. */
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

/** Names and differences that stand on the page of one kind: more than that nobody reads there. */
export const shown = 8;
