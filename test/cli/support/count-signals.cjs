/** A command that counts the signals it gets, and ends with their number half a second after the last one. */
const { setTimeout: start, clearTimeout: stop } = require("node:timers");

let count = 0;
let timer = start(() => process.exit(count), 60_000);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    process.stdout.write(`got ${++count}\n`);
    stop(timer);
    timer = start(() => process.exit(count), 500);
  });
process.stdout.write("ready\n");
