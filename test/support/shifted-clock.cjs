/**
 * Another hour or day: moves `Date` in every Node.js process that is started with `--require` of this file, and in jest's tests.
 *
 *   SHIFT_CLOCK_TO=23:30         runs as if it were the last 23:30 UTC; not the next: certificates would not be valid yet
 *   SHIFT_CLOCK_MINUTES=-1440    the same by a distance, which the first process puts into the environment of all that it starts
 */
const { SHIFT_CLOCK_TO: time, SHIFT_CLOCK_MINUTES: given } = process.env;

/** Of a context whose clock is moved: both a preload and jest may run this. */
const moved = Symbol.for("shifted clock");

/** @param {number} minutes from the machine's own clock */
exports.moveTo = (minutes) => {
  if (Date[moved] === undefined) install(Date);
  Date[moved].shift = minutes * 60_000;
};

/** Reading and writing its properties uses the real Date: only "now" differs. */
function install(RealDate) {
  const clock = { shift: 0 };
  const realNow = RealDate.now.bind(RealDate);
  const now = () => realNow() + clock.shift;
  Object.assign(RealDate, { now, [moved]: clock });
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, parameters, newTarget) =>
      Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget),
    apply: () => new RealDate(now()).toString(),
  });
}

/** Minutes back from now to the last time at which a clock in UTC showed `text`. */
function minutesBackTo(text) {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/u.exec(text) ?? [];
  if (hours === undefined) throw new Error(`SHIFT_CLOCK_TO is "${text}"; it is a time of day in UTC, such as 23:30`);
  const now = new Date();
  const back = now.getUTCHours() * 60 + now.getUTCMinutes() - (Number(hours) * 60 + Number(minutes));
  return -((back + 1440) % 1440);
}

const minutes = given === undefined && time !== undefined ? minutesBackTo(time) : Number(given ?? 0);
if (Number.isNaN(minutes)) throw new Error(`SHIFT_CLOCK_MINUTES is "${given}"; it is a number of minutes.`);
if (minutes !== 0) process.env["SHIFT_CLOCK_MINUTES"] = String(minutes);
if (minutes !== 0 && Date[moved] === undefined) exports.moveTo(minutes);
