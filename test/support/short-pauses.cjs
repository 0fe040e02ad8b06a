/**
 * Preloaded: the pauses of a process take a sixtieth. A longer timer is the limit of a request or of a wait, which takes as long as ever. Who loads
 * it otherwise gets the same timers for a context of its own.
 */
const timers = require("node:timers/promises");

const longestPause = 15_000;
const shorter = (delay) => (delay <= longestPause ? delay / 60 : delay);

const { setTimeout: start } = globalThis;
const { setTimeout: sleep } = timers;

/** In place of Node's own: the callback's one, and the promise's. */
exports.startShort = (call, delay, ...given) => start(call, shorter(delay), ...given);
exports.sleepShort = (delay, ...given) => sleep(shorter(delay), ...given);

if (require.main === undefined) {
  globalThis.setTimeout = exports.startShort;
  timers.setTimeout = exports.sleepShort;
}
