/**
 * Another day for the processes of one long test: moves `Date` by MOVED_CLOCK_DAYS, in every Node.js process that is started with `--require` of
 * this file. A test that requires it moves its own process with `moveTo`.
 */
const RealDate = Date;
const realNow = RealDate.now.bind(RealDate);
let shift = Number(process.env["MOVED_CLOCK_DAYS"] ?? 0) * 86_400_000;

const now = () => realNow() + shift;
RealDate.now = now;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, parameters, newTarget) =>
    Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget),
  apply: () => new RealDate(now()).toString(),
});

/** @param {number} days from the machine's own clock */
exports.moveTo = (days) => {
  shift = days * 86_400_000;
};
