/** The content of each part of the page: a line at the top, actions for a person, and sections. */
import type { PartsDocument } from "../../../lib/errors/document";
import type { Markup, Step } from "../../../lib/errors/markup";
import type { Finding, State } from "../../report/finding";

export interface Part {
  /** Leads to the section. */
  fact?: Omit<Fact, "section">;
  actions?: readonly Action[];
  section?: { id: string; title: string; content: Markup } | undefined;
}

/** One line below the answer. */
export interface Fact {
  state: State;
  text: string;
  /** Id of the section with the details. */
  section?: string | undefined;
}

export interface Action extends Pick<Finding, "state"> {
  /** A sentence without its full stop. */
  title: string;
  /** The last day for it; undefined: now. */
  by?: Date | undefined;
  /** A paragraph for each reason, with the names of all that have it; `text` is "" where the title is enough. */
  said?: readonly { text: string; names?: readonly string[] }[];
  /** How many more there are. */
  more?: number;
  fixes?: readonly Step[];
  link?: { text: string; url: string } | undefined;
}

export function failureAction(
  title: string,
  { what, why, fixes }: Pick<PartsDocument, "what" | "why"> & Pick<Action, "fixes">,
  state: State = "unknown",
): Action {
  const said = [what, why ?? ""].filter((text) => text !== "").map((text) => ({ text }));
  return { state, title, said, ...(fixes && { fixes }) };
}

/** How many reasons and differences of one kind are shown; a longer list is not readable. */
export const shown = 8;
