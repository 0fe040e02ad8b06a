export type Runtime = typeof import("./runtime.js");

/** Everything that --help does not need: read and compiled when a command runs. */
export const runtime = (): Runtime => require("./runtime") as Runtime;
