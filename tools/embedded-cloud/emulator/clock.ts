import type { Clock } from "./context";

/** The machine's clock plus what tests advanced it by. @param start milliseconds that it shows now */
export function createClock(start = Date.now()): Clock {
  const ahead = start - Date.now();
  let advanced = 0;
  return {
    now: () => Date.now() + ahead + advanced,
    advance: (milliseconds) => {
      advanced += milliseconds;
    },
    reset: () => {
      advanced = 0;
    },
  };
}

/** @returns the beginning of the day, UTC, in milliseconds; NaN if the text is no day of the calendar */
export function startOf(day: string): number {
  const time = /^\d{4}-\d\d-\d\d$/u.test(day) ? Date.parse(day) : NaN;
  // V8 takes 2027-02-30 for the second of March.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day ? NaN : time;
}
