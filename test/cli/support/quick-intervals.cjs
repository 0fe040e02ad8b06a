/** Preloaded: an interval passes in a sixtieth of its time, and then all of it has passed on the process's clock. */
const { setInterval: start } = globalThis;
const { now: real } = Date;
let passed = 0;
Date.now = () => real.call(Date) + passed;
globalThis.setInterval = (call, delay, ...given) => {
  const pass = () => {
    passed += delay;
    call(...given);
  };
  return start(pass, delay / 60);
};
