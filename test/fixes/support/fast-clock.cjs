/** Preloaded: the process's clock runs sixty times as fast, so that a wait of three minutes ends after three seconds, and so do its pauses. */
require("../../support/short-pauses.cjs");

const { now: real } = Date;
const began = real.call(Date);
Date.now = () => began + 60 * (real.call(Date) - began);
