import { partsOf } from "../../lib/errors/failure";
import { textOf } from "../../lib/errors/text";
import { printNote } from "../terminal/output";

/** What a step did, and why it could not do the rest: the other steps go on. */
export interface Step<T> {
  done: readonly T[];
  left: readonly unknown[];
}

/** Prints it at once as well: what comes after may take long, and be interrupted. */
export function leave(left: unknown[], error: unknown): void {
  left.push(error);
  printNote(`Not done: ${textOf(partsOf(error))}`);
}
