/** Preloaded: a minute that a program waits takes a second. */
const { setTimeout: real } = globalThis;
globalThis.setTimeout = (call, delay, ...given) => real(call, delay >= 60_000 ? delay / 60 : delay, ...given);
