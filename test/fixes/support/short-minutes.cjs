/** Preloaded: a minute's wait of a program lasts a second. */
const { setTimeout: real } = globalThis;
globalThis.setTimeout = (call, delay, ...given) => real(call, delay >= 60_000 ? delay / 60 : delay, ...given);
