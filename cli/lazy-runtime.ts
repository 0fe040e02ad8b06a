import { invocation } from "../lib/errors/invocation";

export type Runtime = typeof import("./quick-runtime.js") & typeof import("./runtime.js");

const quick: readonly (keyof Runtime | undefined)[] = ["exec", "token"];

/** The loaded one of two built files: only its own reportFailure recognises its errors. */
let loaded: Runtime | undefined;

/** Everything that --help does not need: read and compiled when a command runs. @param run its function */
export function runtime(run?: keyof Runtime): Runtime {
  if (loaded !== undefined) return loaded;
  loaded = (quick.includes(run) ? require("./quick-runtime") : require("./runtime")) as Runtime;
  loaded.printFor(invocation());
  return loaded;
}
