/** What a revocation leaves undone. */
import { again, Failure, type Fix, partsOf, run } from "../../lib/errors/failure";
import { fixText, textOf } from "../../lib/errors/text";
import { printNote } from "../terminal/output";

/** Records what a step could not do, and why; the other steps continue. */
export type Leave = (error: unknown) => void;

/** Prints it at once as well: the rest may take long, and be interrupted. */
export const leavingIn =
  (left: unknown[]): Leave =>
  (error) => {
    left.push(error);
    printNote(`Not done: ${textOf(partsOf(error))}`);
  };

/** @param undone a whole sentence @param more fixes after the error's own */
export function because(error: unknown, undone: string, ...more: readonly Fix[]): Failure {
  const { code, what, why, fixes } = partsOf(error);
  return new Failure(code, { what: `${undone} ${what}`, why, fixes }, ...more);
}

/** @param left not empty */
export function unfinished(stack: string, left: readonly unknown[]): Failure {
  const parts = left.map(partsOf);
  const fixes = parts.flatMap((one) => one.fixes ?? []);
  const what = `Not all of stack ${stack} is revoked. ${parts.map((one) => one.what).join(" ")}`;
  const why = parts.flatMap((one) => one.why ?? []).join(" ") || undefined;
  // Several refusals of one service have the same fix.
  const different = [...new Map(fixes.map((fix) => [fixText(fix), fix])).values()];
  const more = run("Run this again with an account that may: it continues with the rest", again());
  return new Failure("revocation-unfinished", { what, why, fixes: different }, more);
}
