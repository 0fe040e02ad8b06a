/** What stands at the top of the page, and what a person has to do. */
import type { PartsDocument } from "../../../lib/errors/document";
import type { Step } from "../../../lib/errors/markup";
import type { Finding, State } from "../../report/finding";

/** One line below the answer. */
export interface Fact {
  state: State;
  text: string;
  /** Id of the section with the details. */
  section: string;
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
}

export function failureAction(
  title: string,
  { what, why, fixes }: Pick<PartsDocument, "what" | "why"> & Pick<Action, "fixes">,
  state: State = "unknown",
): Action {
  const said = [what, why ?? ""].filter((text) => text !== "").map((text) => ({ text }));
  return { state, title, said, ...(fixes && { fixes }) };
}

/** How many reasons are shown; a longer list is not readable. */
export const shown = 8;
