/** Preloaded: a minute that a program waits takes a second, for as long as there is a file of the name in SHORT_MINUTES_WHILE. */
const { existsSync } = require("node:fs");
const { setTimeout: real } = globalThis;

if (existsSync(process.env["SHORT_MINUTES_WHILE"] ?? ""))
  globalThis.setTimeout = (call, delay, ...given) => real(call, delay >= 60_000 ? delay / 60 : delay, ...given);
