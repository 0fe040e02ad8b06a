/**
 * The first Ctrl-C ends what the command waits for; what it began is given up in order, and it says so. Imported for its effect.
 * A second one, or what does not end, ends the process at once.
 */
import { interrupt, interruption } from "../startup/waiting";
import { exitCodes } from "./exit-code";
import { reportFailure } from "./failure";
import { wantsJson } from "./output";

/** Milliseconds for what is given up in order: a browser is told, an engine ends. */
const grace = 2500;

process.once("SIGINT", () => {
  interrupt();
  // Nothing but what still waits keeps the process until then.
  setTimeout(() => {
    reportFailure(interruption().reason, wantsJson(process.argv));
    process.exit(exitCodes.interrupted);
  }, grace).unref();
});
