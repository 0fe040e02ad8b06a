/**
 * Preloaded: the process's clock runs sixty times as fast, so that a wait of three minutes ends after three seconds, and so do its pauses. A
 * longer timer is the limit of a request, which takes as long as ever.
 */
const timers = require("node:timers/promises");

const longestPause = 15_000;
const fast = (delay) => (delay <= longestPause ? delay / 60 : delay);

const { now: real } = Date;
const began = real.call(Date);
Date.now = () => began + 60 * (real.call(Date) - began);

const { setTimeout: sleep } = timers;
timers.setTimeout = (delay, ...given) => sleep(fast(delay), ...given);
const { setTimeout: start } = globalThis;
globalThis.setTimeout = (call, delay, ...given) => start(call, fast(delay), ...given);
