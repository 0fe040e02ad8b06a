/** A command that counts the signals it gets, and ends with their number some time after the last one: milliseconds, half a second. */
const { setTimeout: start, clearTimeout: stop } = require("node:timers");

const [, , wait = 500] = process.argv;
let count = 0;
let timer = start(() => process.exit(count), 60_000);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    process.stdout.write(`got ${++count}\n`);
    stop(timer);
    timer = start(() => process.exit(count), Number(wait));
  });
process.stdout.write("ready\n");
