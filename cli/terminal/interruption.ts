/**
 * The first Ctrl-C ends the command's waits and running work in order, or over many customers lets running work finish. A second one, or work that
 * does not end in time, ends the process at once. Imported for its effect.
 */
import { interrupt, interruption } from "../../lib/startup/waiting";
import { exitCodes } from "./exit-code";
import { reportFailure } from "./failure";
import { wantsJson } from "./output";

/** Milliseconds for ending work in order: the browser page is completed, an engine ends. */
const grace = 2500;

/** Called at the first Ctrl-C instead of ending the waits. */
let gentle: (() => void) | undefined;

/** From now on the first Ctrl-C lets running work finish, and starts no more (`stop`). @returns what restores the usual behaviour */
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
  // Until then only pending waits keep the process alive.
  setTimeout(() => {
    reportFailure(interruption().reason, wantsJson(process.argv));
    process.exit(exitCodes.interrupted);
  }, grace).unref();
}
