/**
 * The first Ctrl-C ends what the command waits for; what it began is given up in order, and it says so. Imported for its effect.
 * A run over many customers ends with what is under way instead.
 * A second one, or what does not end, ends the process at once.
 */
import { interrupt, interruption } from "../startup/waiting";
import { exitCodes } from "./exit-code";
import { reportFailure } from "./failure";
import { wantsJson } from "./output";

/** Milliseconds for what is given up in order: a browser is told, an engine ends. */
const grace = 2500;

/** What the first Ctrl-C asks for in place of giving up. */
let gentle: (() => void) | undefined;

/**
 * From now on the first Ctrl-C lets what is under way come to its end, and the second one is what the first is elsewhere.
 * @param stop begins nothing more
 * @returns ends that
 */
export function endGently(stop: () => void): () => void {
  gentle = stop;
  return () => {
    gentle = undefined;
  };
}

process.once("SIGINT", onInterrupt);

function onInterrupt(): void {
  if (gentle !== undefined) {
    gentle();
    gentle = undefined;
    process.once("SIGINT", onInterrupt);
    return;
  }
  interrupt();
  // Nothing but what still waits keeps the process until then.
  setTimeout(() => {
    reportFailure(interruption().reason, wantsJson(process.argv));
    process.exit(exitCodes.interrupted);
  }, grace).unref();
}
